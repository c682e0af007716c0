"""Certificate files and URLs."""

from __future__ import annotations

import pathlib
import ssl
import threading
from typing import Any

import pytest
from conftest import Registry
from cryptography.hazmat.primitives import serialization

import matricula
from matricula._channel import RegistryChannel
from matricula.v1.registration_service_pb2 import ReadClientRequest, ReadClientResponse


def read(connection: matricula.Connection) -> None:
    connection.registration.ReadClient(ReadClientRequest())


def test_later_calls_are_made_with_the_new_files_and_those_under_way_finish(
    registry: Registry, gate: threading.Event
) -> None:
    is_there = threading.Event()

    def wait() -> None:
        is_there.set()
        gate.wait(30)

    registry.answers = [wait]
    with registry.connect() as connection:
        call = connection.registration.ReadClient.future(ReadClientRequest())
        assert is_there.wait(10)
        registry.put("billing.test")
        stub = connection.registration
        stub.ReadClient(ReadClientRequest())
        assert not call.done()
        gate.set()
        assert call.result(timeout=10) == ReadClientResponse()
    assert [seen.names for seen in registry.seen] == [["orders.test"], ["billing.test"]]


def test_half_a_pair_changes_nothing_until_the_other_half_is_there(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    with registry.connect() as connection:
        registry.put("billing.test", key_of="orders.test")
        read(connection)
        read(connection)
        (registry.folder / "key.pem").unlink()
        read(connection)
        registry.put("billing.test")
        read(connection)
    assert [seen.names for seen in registry.seen] == [["orders.test"]] * 3 + [["billing.test"]]
    assert len(caplog.records) == 2


def test_one_connection_serves_until_the_files_change(registry: Registry) -> None:
    connection = registry.connect()
    channel = connection.channel
    assert isinstance(channel, RegistryChannel)
    with connection:
        read(connection)
        first = channel.current()
        read(connection)
        assert channel.current() is first
        registry.put("billing.test")
        assert channel.current() is not first


def test_an_encrypted_key_is_refused_without_a_question(registry: Registry) -> None:
    key = serialization.load_pem_private_key((registry.folder / "key.pem").read_bytes(), None)
    secret = serialization.BestAvailableEncryption(b"secret")
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)
    (registry.folder / "key.pem").write_bytes(pem)
    with pytest.raises(ssl.SSLError):
        registry.connect()


def test_unusable_files_are_told_at_once(registry: Registry, tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        registry.connect(ca_file=tmp_path / "none.pem")
    (tmp_path / "text.pem").write_text("text")
    with pytest.raises(ssl.SSLError):
        registry.connect(ca_file=tmp_path / "text.pem")
    registry.put("orders.test", key_of="billing.test")
    with pytest.raises(ssl.SSLError):
        registry.connect()


@pytest.mark.parametrize(
    "url", ["http://a", "a:8443", "https://", "https://user@a", "https://a/register", "https://a:b"]
)
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(ValueError):
        matricula.connect(url)


@pytest.mark.parametrize("options", [{"cert_file": "a"}, {"key_file": "a"}])
def test_certificate_and_key_come_together(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        matricula.connect("https://localhost", **options)


def test_a_closed_connection_says_so(registry: Registry) -> None:
    connection = registry.connect()
    connection.close()
    connection.close()
    with pytest.raises(ValueError):
        read(connection)
