"""The examples do what the documentation says of them."""

from __future__ import annotations

import pathlib

import grpc
import guide
import pytest
from conftest import Failure, Registry

from matricula.v1 import errors_pb2
from matricula.v1.client_metadata_pb2 import ClientMetadata
from matricula.v1.registration_service_pb2 import ReadClientRequest, RegisterClientRequest

examples = pathlib.Path(__file__).parents[1] / "examples"


def test_a_service_registers_itself(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("cert", "key"):
        (registry.folder / f"{part}.pem").rename(registry.folder / f"orders-{part}.pem")
    monkeypatch.chdir(registry.folder)
    source = (examples / "register.py").read_text("utf-8")
    exec(source.replace("https://localhost:8443", registry.url), {})  # noqa: S102 - our own file
    (seen,) = registry.seen
    assert seen.names == ["orders.test"]
    assert seen.request.metadata.tls_client_auth_san_uri == "spiffe://example.test/orders"


def test_errors_by_kind(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    violations = [errors_pb2.Violation(field="scope", rule="scope.syntax", clause="RFC", description="one space")]
    refusal = errors_pb2.RegistrationError(error="invalid_client_metadata", violations=violations)
    registry.answers = [
        Failure(grpc.StatusCode.INVALID_ARGUMENT, [refusal]),
        Failure(grpc.StatusCode.DEADLINE_EXCEEDED),
        Failure(grpc.StatusCode.INTERNAL),
        *[Failure(grpc.StatusCode.UNAVAILABLE)] * 4,
    ]
    with registry.connect() as connection:
        answers = [guide.errors(connection, RegisterClientRequest()) for _ in range(4)]
    assert answers == [violations, [], [], []]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "scope",
        "not",
        "StatusCode.INTERNAL",
        "still",
    ]


def test_what_a_call_can_bring(registry: Registry) -> None:
    with registry.connect() as connection:
        guide.own_key(connection, ClientMetadata(), "job")
        guide.token(connection, "client", "registration-token")
        guide.generated(connection)[0].ReadClient(ReadClientRequest())
    assert registry.seen[0].request.idempotency_key == "job"
    assert registry.seen[1].metadata["authorization"] == "Bearer registration-token"
    assert len(registry.seen) == 3
