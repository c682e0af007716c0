"""Deadlines, repetition, idempotency keys, tokens."""

from __future__ import annotations

import threading
import time
import uuid

import grpc
import pytest
from conftest import Failure, Registry
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo

import matricula
from matricula.v1.client_metadata_pb2 import ClientMetadata
from matricula.v1.initial_access_token_service_pb2 import CreateInitialAccessTokenRequest
from matricula.v1.registration_service_pb2 import (
    DeleteClientRequest,
    DeleteClientResponse,
    ReadClientRequest,
    RegisterClientRequest,
    UpdateClientRequest,
)

LOST = Failure(grpc.StatusCode.UNAVAILABLE)
ATTEMPTS = 4


def info(reason: str) -> ErrorInfo:
    return ErrorInfo(reason=reason, domain="matricula")


def refused(code: grpc.StatusCode, reason: str, *more: Message) -> Failure:
    return Failure(code, [info(reason), *more])


OVERLOADED = refused(grpc.StatusCode.UNAVAILABLE, "OVERLOADED")
DENIED = refused(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")


def keys(registry: Registry) -> list[str]:
    return [seen.request.idempotency_key for seen in registry.seen]


@pytest.mark.parametrize("method", ["RegisterClient", "UpdateClient"])
def test_a_repetition_carries_the_same_random_key(registry: Registry, method: str) -> None:
    registry.answers = [LOST, LOST, LOST]
    request = {"RegisterClient": RegisterClientRequest, "UpdateClient": UpdateClientRequest}[method](
        metadata=ClientMetadata(client_name="Orders")
    )
    with registry.connect() as connection:
        getattr(connection.registration, method)(request)
        getattr(connection.registration, method)(request)
    first, *repeated, second = keys(registry)
    assert repeated == [first] * 3
    assert uuid.UUID(first) != uuid.UUID(second)
    assert request.idempotency_key == ""


def test_the_callers_own_key_stays(registry: Registry) -> None:
    registry.answers = [LOST]
    with registry.connect() as connection:
        connection.registration.RegisterClient(RegisterClientRequest(idempotency_key="own"))
    assert keys(registry) == ["own", "own"]


def test_four_attempts_and_no_more(registry: Registry) -> None:
    registry.answers = [LOST] * 9
    with registry.connect() as connection, pytest.raises(matricula.ServiceError) as raised:
        connection.registration.ReadClient(ReadClientRequest())
    assert raised.value.code is grpc.StatusCode.UNAVAILABLE
    assert len(registry.seen) == ATTEMPTS


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code.name not in ("OK", "UNAVAILABLE")])
def test_no_other_code_is_repeated(registry: Registry, code: grpc.StatusCode) -> None:
    registry.answers = [Failure(code, [RetryInfo(retry_delay=Duration(nanos=1))])]
    with registry.connect() as connection, pytest.raises(matricula.ServiceError) as raised:
        connection.registration.ReadClient(ReadClientRequest())
    assert raised.value.code is code
    assert len(registry.seen) == 1


def test_the_server_says_when_to_come_again(registry: Registry) -> None:
    retry = RetryInfo(retry_delay=Duration(nanos=400_000_000))
    registry.answers = [refused(grpc.StatusCode.UNAVAILABLE, "OVERLOADED", retry)]
    start = time.monotonic()
    with registry.connect() as connection:
        connection.registration.ReadClient(ReadClientRequest())
    assert time.monotonic() - start >= 0.4
    assert len(registry.seen) == 2


def test_no_wait_goes_past_the_deadline(registry: Registry) -> None:
    retry = RetryInfo(retry_delay=Duration(seconds=30))
    registry.answers = [refused(grpc.StatusCode.UNAVAILABLE, "OVERLOADED", retry)]
    start = time.monotonic()
    with registry.connect() as connection, pytest.raises(matricula.ServiceError) as raised:
        connection.registration.ReadClient(ReadClientRequest())
    assert time.monotonic() - start < 5
    assert (raised.value.reason, raised.value.retry_after) == ("OVERLOADED", 30)
    assert len(registry.seen) == 1


def test_what_has_no_key_and_changes_something_is_not_repeated(registry: Registry) -> None:
    registry.answers = [LOST]
    with registry.connect() as connection, pytest.raises(matricula.ServiceError):
        connection.initial_access_tokens.CreateInitialAccessToken(CreateInitialAccessTokenRequest())
    assert len(registry.seen) == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"),
        (grpc.StatusCode.UNAUTHENTICATED, "INVALID_TOKEN"),
        (grpc.StatusCode.NOT_FOUND, "NOT_FOUND"),
    ],
)
def test_a_deletion_whose_answer_was_lost_is_done_when_the_client_is_gone(
    registry: Registry, code: grpc.StatusCode, reason: str
) -> None:
    registry.answers = [LOST, OVERLOADED, refused(code, reason)]
    with registry.connect() as connection:
        assert connection.registration.DeleteClient(DeleteClientRequest()) == DeleteClientResponse()
    assert len(registry.seen) == 3


@pytest.mark.parametrize("answers", [[DENIED], [OVERLOADED, DENIED]])
def test_a_deletion_that_the_server_refused_is_not_done(registry: Registry, answers: list[Failure]) -> None:
    registry.answers = [*answers]
    with registry.connect() as connection, pytest.raises(matricula.ServiceError) as raised:
        connection.registration.DeleteClient(DeleteClientRequest())
    assert raised.value.reason == "PERMISSION_DENIED"


def test_a_read_that_finds_the_client_gone_is_an_error(registry: Registry) -> None:
    registry.answers = [LOST, DENIED]
    with registry.connect() as connection, pytest.raises(matricula.ServiceError):
        connection.registration.ReadClient(ReadClientRequest())


def test_every_call_has_a_deadline(registry: Registry, gate: threading.Event) -> None:
    with registry.connect() as connection:
        connection.registration.ReadClient(ReadClientRequest())
        connection.registration.ReadClient(ReadClientRequest(), timeout=100)
    # gRPC rounds up what it sends.
    assert 5 < registry.seen[0].time_remaining < 11
    assert 50 < registry.seen[1].time_remaining < 102

    registry.answers = [lambda: gate.wait(30)]
    with registry.connect(timeout=0.3) as connection, pytest.raises(TimeoutError) as raised:
        connection.registration.ReadClient(ReadClientRequest())
    assert isinstance(raised.value, matricula.DeadlineExceeded)


def test_all_attempts_share_one_deadline(registry: Registry) -> None:
    registry.answers = [LOST] * 3
    with registry.connect(timeout=5) as connection:
        connection.registration.ReadClient(ReadClientRequest())
    times = [seen.time_remaining for seen in registry.seen]
    # Three pauses are at least 350 ms; gRPC sends a deadline again as it was while it is within three percent.
    assert times[0] - times[-1] > 0.2


@pytest.mark.parametrize("timeout", [0, -1])
def test_a_deadline_that_is_over_needs_no_server(registry: Registry, timeout: float) -> None:
    with registry.connect() as connection, pytest.raises(matricula.DeadlineExceeded):
        connection.registration.ReadClient(ReadClientRequest(), timeout=timeout)
    assert registry.seen == []


def test_a_server_that_is_not_there_is_waited_for_a_little(registry: Registry) -> None:
    start = time.monotonic()
    nowhere = matricula.connect("https://localhost:1", ca_file=registry.folder / "ca.pem")
    with nowhere, pytest.raises(matricula.ServiceError) as raised:
        nowhere.registration.ReadClient(ReadClientRequest())
    assert (raised.value.code, raised.value.reason) == (grpc.StatusCode.UNAVAILABLE, "")
    assert 0.35 <= time.monotonic() - start < 5


def test_tokens_of_the_connection_and_of_the_call(registry: Registry) -> None:
    with registry.connect(token="all") as connection:
        connection.registration.ReadClient(ReadClientRequest())
        connection.registration.ReadClient(ReadClientRequest(), metadata=matricula.bearer("own"))
        own = grpc.access_token_call_credentials("own")
        connection.registration.ReadClient(ReadClientRequest(), credentials=own, metadata=(("x-other", "1"),))
    assert [seen.metadata["authorization"] for seen in registry.seen] == ["Bearer all", "Bearer own", "Bearer own"]
    with registry.connect() as connection:
        connection.registration.ReadClient(ReadClientRequest())
    assert "authorization" not in registry.seen[-1].metadata


def test_a_future_does_not_wait(registry: Registry, gate: threading.Event) -> None:
    registry.answers = [lambda: gate.wait(30)]
    with registry.connect(token="all") as connection:
        call = connection.registration.RegisterClient.future(RegisterClientRequest())
        assert not call.done()
        gate.set()
        call.result(timeout=10)
    assert uuid.UUID(registry.seen[0].request.idempotency_key)
    assert registry.seen[0].metadata["authorization"] == "Bearer all"
    assert registry.seen[0].time_remaining < 11
