"""The exceptions, unpacked from the details of a gRPC status."""

from __future__ import annotations

from collections.abc import Sequence

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from matricula.v1 import errors_pb2


class ServiceError(Exception):
    """A call that failed. Its ``__cause__`` is the ``grpc.RpcError``."""

    def __init__(
        self, code: grpc.StatusCode, reason: str = "", retry_after: float | None = None, message: str = ""
    ) -> None:
        """Makes an error; all that is given is positional so that it can be pickled."""
        super().__init__(code, reason, retry_after, message)
        self.code = code
        """The gRPC status code."""
        self.reason = reason
        """Why, in the words of ``matricula.v1.ErrorReason`` without its prefix; empty when no server answered."""
        self.retry_after = retry_after
        """Seconds after which to try again, where the server named them."""
        self.message = message
        """A sentence for people."""

    def __str__(self) -> str:
        """The code, the reason and the sentence."""
        return f"{self.code.name}{f' ({self.reason})' if self.reason else ''}: {self.message}"


class DeadlineExceeded(ServiceError, TimeoutError):
    """The deadline passed: what ``except TimeoutError`` catches as well."""


class RegistrationError(ServiceError):
    """The metadata was refused, with every rule that it broke (RFC 7591 section 3.2.2)."""

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: str = "",
        retry_after: float | None = None,
        message: str = "",
        error: str = "",
        violations: Sequence[errors_pb2.Violation] = (),
    ) -> None:
        """Makes an error."""
        super().__init__(code, reason, retry_after, message)
        self.args = (code, reason, retry_after, message, error, list(violations))
        self.error = error
        """The RFC 7591 error code, such as ``invalid_redirect_uri``."""
        self.violations = list(violations)
        """The broken rules: ``field``, ``rule``, ``clause``, ``description``."""

    def __str__(self) -> str:
        """The error code, and a sentence for each violation."""
        return f"{self.error}: " + "; ".join(f"{broken.field}: {broken.description}" for broken in self.violations)


def from_rpc_error(failure: grpc.RpcError) -> ServiceError:
    """The exception that a failed call is to its caller."""
    if not isinstance(failure, grpc.Call):
        return ServiceError(grpc.StatusCode.UNKNOWN, message=str(failure))
    code, message = failure.code(), failure.details() or ""
    info, retry, refusal = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo(), errors_pb2.RegistrationError()
    retry_after: float | None = None
    is_refusal = False
    for detail in _details(failure):
        try:
            detail.Unpack(info)
            is_refusal = detail.Unpack(refusal) or is_refusal
            if detail.Unpack(retry):
                retry_after = retry.retry_delay.ToTimedelta().total_seconds()
        except DecodeError:
            # A detail that cannot be read must not hide the error that carries it.
            continue
    if is_refusal:
        return RegistrationError(code, info.reason, retry_after, message, refusal.error, refusal.violations)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded(code, info.reason, retry_after, message)
    return ServiceError(code, info.reason, retry_after, message)


def _details(failure: grpc.Call) -> Sequence[any_pb2.Any]:
    for key, value in failure.trailing_metadata() or ():
        if key == "grpc-status-details-bin" and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value).details
            except DecodeError:
                return ()
    return ()
