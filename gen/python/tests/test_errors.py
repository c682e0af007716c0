"""What is unpacked from the details of a status."""

from __future__ import annotations

import pickle

import grpc
import pytest
from conftest import Failure, Registry
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo

import matricula
from matricula.v1 import errors_pb2
from matricula.v1.registration_service_pb2 import RegisterClientRequest

VIOLATIONS = [
    errors_pb2.Violation(
        field="redirect_uris[0]", rule="uri.fragment", clause="RFC 7591 section 5", description="no fragment"
    ),
    errors_pb2.Violation(field="scope", rule="scope.syntax", clause="RFC 7591 section 2", description="one space"),
]


def fail(registry: Registry, failure: Failure) -> matricula.ServiceError:
    registry.answers = [failure]
    with registry.connect() as connection, pytest.raises(matricula.ServiceError) as raised:
        connection.registration.RegisterClient(RegisterClientRequest())
    assert isinstance(raised.value.__cause__, grpc.RpcError)
    return raised.value


def test_a_refused_registration_names_every_violation(registry: Registry) -> None:
    details = [
        errors_pb2.RegistrationError(error="invalid_redirect_uri", violations=VIOLATIONS),
        ErrorInfo(reason="INVALID_REDIRECT_URI", domain="matricula"),
    ]
    error = fail(registry, Failure(grpc.StatusCode.INVALID_ARGUMENT, details))
    assert isinstance(error, matricula.RegistrationError)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REDIRECT_URI")
    assert error.error == "invalid_redirect_uri"
    assert error.violations == VIOLATIONS
    assert str(error) == "invalid_redirect_uri: redirect_uris[0]: no fragment; scope: one space"


def test_any_other_failure_has_a_code_and_a_reason(registry: Registry) -> None:
    details = [
        ErrorInfo(reason="RATE_LIMITED", domain="matricula"),
        RetryInfo(retry_delay=Duration(seconds=1, nanos=500_000_000)),
    ]
    error = fail(registry, Failure(grpc.StatusCode.RESOURCE_EXHAUSTED, details, "too many: 5 % over"))
    assert type(error) is matricula.ServiceError
    assert (error.code, error.reason, error.retry_after) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 1.5)
    assert str(error) == "RESOURCE_EXHAUSTED (RATE_LIMITED): too many: 5 % over"


def test_a_failure_without_details_is_one_too(registry: Registry) -> None:
    error = fail(registry, Failure(grpc.StatusCode.INTERNAL))
    assert (error.reason, error.retry_after, error.message) == ("", None, "as told")


def test_a_deadline_that_the_server_reports_is_a_timeout(registry: Registry) -> None:
    error = fail(registry, Failure(grpc.StatusCode.DEADLINE_EXCEEDED, [ErrorInfo(reason="DEADLINE_EXCEEDED")]))
    assert isinstance(error, TimeoutError)
    assert str(error) == "DEADLINE_EXCEEDED (DEADLINE_EXCEEDED): as told"


@pytest.mark.parametrize(
    "error",
    [
        matricula.ServiceError(grpc.StatusCode.UNAVAILABLE, "OVERLOADED", 1.5, "later"),
        matricula.DeadlineExceeded(grpc.StatusCode.DEADLINE_EXCEEDED, message="late"),
        matricula.RegistrationError(
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_CLIENT_METADATA",
            None,
            "no",
            "invalid_client_metadata",
            VIOLATIONS,
        ),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_cross_processes(error: matricula.ServiceError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)
