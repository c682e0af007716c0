"""A channel that follows its certificate files, under calls that keep a deadline, carry a token and are repeated when that is safe."""

from __future__ import annotations

import logging
import os
import random
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.message import Message

from matricula._errors import DeadlineExceeded, from_rpc_error
from matricula.v1 import options_pb2, registration_service_pb2

_log = logging.getLogger("matricula")
_Path = str | os.PathLike[str]

_ATTEMPTS = 4
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 2.0
_DELETE = "/matricula.v1.RegistrationService/DeleteClient"
# What the owner's certificate, a registration access token and an administrator are told of a client that is gone.
_GONE = frozenset({"PERMISSION_DENIED", "INVALID_TOKEN", "NOT_FOUND"})
# gRPC waits a second and more before it connects again; our attempts would all fall into that pause.
_OPTIONS = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 2000)]


class CertificateFiles:
    """The PEM files of a connection."""

    def __init__(self, ca: _Path | None, cert: _Path | None, key: _Path | None) -> None:
        """Names the files; a certificate and its key come together."""
        if (cert is None) != (key is None):
            raise ValueError("cert_file and key_file are given together")
        self._paths = (ca, cert, key)

    def stamp(self) -> tuple[object, ...]:
        """What differs once a file has been written or replaced, for the price of a few stat calls."""
        return tuple(_stamp_of(path) for path in self._paths)

    def read(self) -> grpc.ChannelCredentials:
        """The files' contents. Raises OSError when one is missing or is not PEM, or the key is another certificate's."""
        ca, cert, key = self._paths
        # gRPC takes anything and fails in the handshake; OpenSSL says at once what is wrong.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if ca is not None:
            context.load_verify_locations(ca)
        if cert is not None:
            # Without a password that is refused, an encrypted key would make OpenSSL ask at the terminal.
            context.load_cert_chain(cert, key, password="none")
        return grpc.ssl_channel_credentials(*(None if path is None else _bytes_of(path) for path in (ca, key, cert)))


def _stamp_of(path: _Path | None) -> tuple[int, int, int] | None:
    try:
        status = None if path is None else os.stat(path)
    except OSError:
        status = None
    return None if status is None else (status.st_mtime_ns, status.st_ino, status.st_size)


def _bytes_of(path: _Path) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class RegistryChannel(grpc.Channel):
    """One channel to its users, whatever connection is behind it at the moment.

    A channel rather than an interceptor: an interceptor cannot change the connection, and would turn a ``future`` into a wait.
    """

    def __init__(self, target: str, files: CertificateFiles, token: str | None, timeout: float | None) -> None:
        """Reads the files, and raises OSError when they are of no use; connects with the first call."""
        self._target, self._files = target, files
        self._token, self._timeout = token, timeout
        self._lock = threading.Lock()
        self._is_closed = False
        self._stamp = files.stamp()
        self._channel = grpc.secure_channel(target, files.read(), _OPTIONS)

    def current(self) -> grpc.Channel:
        """The connection made with the files as they are now.

        The one before is not closed, which would end its calls, but let go: gRPC closes a channel when its last call is over
        and nobody holds it.
        """
        with self._lock:
            if self._is_closed:
                raise ValueError("the connection is closed")
            stamp = self._files.stamp()
            if stamp != self._stamp:
                try:
                    credentials = self._files.read()
                    # Written while they were read: the next call looks again.
                    if self._files.stamp() == stamp:
                        self._channel = grpc.secure_channel(self._target, credentials, _OPTIONS)
                        self._stamp = stamp
                except OSError as error:
                    # Such as a new certificate whose key is still on its way: the old pair serves until the files change again.
                    self._stamp = stamp
                    _log.warning("the certificate files cannot be used, the connection stays as it is: %s", error)
            return self._channel

    def prepare(
        self,
        timeout: float | None,
        metadata: Any,
        credentials: grpc.CallCredentials | None,
    ) -> tuple[float | None, tuple[tuple[str, str | bytes], ...]]:
        """The deadline and the metadata of a call: its own, or else the connection's."""
        pairs = tuple(metadata or ())
        if self._token is not None and credentials is None and all(key.lower() != "authorization" for key, _ in pairs):
            pairs += bearer(self._token)
        return self._timeout if timeout is None else timeout, pairs

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A call that is repeated when that is safe."""
        return _UnaryUnary(self, method, lambda: self.current().unary_unary(method, *args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """A stream: no deadline but its own, since it may last, and no repetition."""
        return self._stream(lambda: self.current().unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """As unary_stream."""
        return self._stream(lambda: self.current().stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """As unary_stream."""
        return self._stream(lambda: self.current().stream_stream(*args, **kwargs))

    def _stream(self, bind: Callable[[], Any]) -> Callable[..., Any]:
        def call(request: Any, timeout: float | None = None, metadata: Any = None, **options: Any) -> Any:
            _, pairs = self.prepare(timeout, metadata, options.get("credentials"))
            return bind()(request, timeout=timeout, metadata=pairs, **options)

        return call

    def subscribe(self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool = False) -> None:
        """Watches the connection of the moment."""
        self.current().subscribe(callback, try_to_connect)

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """Ends a watch."""
        self.current().unsubscribe(callback)

    def close(self) -> None:
        """Closes the connection and ends its calls."""
        with self._lock:
            self._is_closed = True
            self._channel.close()

    def __enter__(self) -> RegistryChannel:
        """The channel."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


if TYPE_CHECKING:
    _Callable = grpc.UnaryUnaryMultiCallable[Message, Any]
else:
    # Generic in the type stubs alone.
    _Callable = grpc.UnaryUnaryMultiCallable


class _UnaryUnary(_Callable):
    def __init__(self, channel: RegistryChannel, method: str, bind: Callable[[], Any]) -> None:
        self._channel, self._bind = channel, bind
        self._is_delete = method == _DELETE
        self._is_repeatable = self._is_delete or _is_repeatable(method)

    def __call__(self, request: Message, *args: Any, **kwargs: Any) -> Any:
        return self.with_call(request, *args, **kwargs)[0]

    def with_call(
        self,
        request: Message,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> tuple[Any, grpc.Call]:
        timeout, metadata = self._channel.prepare(timeout, metadata, credentials)
        request = _with_idempotency_key(request)
        deadline = None if timeout is None else time.monotonic() + timeout
        is_maybe_done = False
        attempt = 0
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                # gRPC counts in milliseconds and rounds up: such a call to a server nearby can still come through.
                raise DeadlineExceeded(grpc.StatusCode.DEADLINE_EXCEEDED, message="no time was left for the call")
            try:
                # Bound anew for each attempt: the files may have changed, and be why the one before failed.
                answer: tuple[Any, grpc.Call] = self._bind().with_call(
                    request,
                    timeout=left,
                    metadata=metadata,
                    credentials=credentials,
                    wait_for_ready=wait_for_ready,
                    compression=compression,
                )
                return answer
            except grpc.RpcError as failure:
                error = from_rpc_error(failure)
                if is_maybe_done and error.reason in _GONE and isinstance(failure, grpc.Call):
                    return registration_service_pb2.DeleteClientResponse(), failure
                attempt += 1
                wait = max(_pause(attempt), error.retry_after or 0)
                if (
                    error.code is not grpc.StatusCode.UNAVAILABLE
                    or not self._is_repeatable
                    or attempt == _ATTEMPTS
                    or (deadline is not None and time.monotonic() + wait >= deadline)
                ):
                    raise error from failure
                # With a reason the server has spoken and done nothing; without one its answer may have been lost.
                is_maybe_done = is_maybe_done or (self._is_delete and not error.reason)
            time.sleep(wait)

    def future(
        self,
        request: Message,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """One attempt, without a wait; what it raises is gRPC's own."""
        timeout, metadata = self._channel.prepare(timeout, metadata, credentials)
        return self._bind().future(
            _with_idempotency_key(request),
            timeout=timeout,
            metadata=metadata,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )


def bearer(token: str) -> tuple[tuple[str, str | bytes], ...]:
    """The ``metadata`` of a call that shows a token: an initial access token, or a registration access token.

    It stands in the place of the connection's own token, for that call.
    """
    return (("authorization", f"Bearer {token}"),)


def _pause(attempt: int) -> float:
    return min(_FIRST_WAIT * 2.0 ** (attempt - 1), _LONGEST_WAIT) * random.uniform(0.5, 1)


def _is_repeatable(method: str) -> bool:
    """Whether a second arrival does no harm: the method changes nothing, or takes an idempotency key. Its option says it."""
    try:
        descriptor = descriptor_pool.Default().FindMethodByName(method.lstrip("/").replace("/", "."))
    except KeyError:
        return False
    access = descriptor.GetOptions().Extensions[options_pb2.access]
    return access.idempotent or not access.audited


def _with_idempotency_key(request: Message) -> Message:
    """The request, or a copy with a random key: the caller's own message stays as it is, and may be sent again."""
    if "idempotency_key" not in request.DESCRIPTOR.fields_by_name:
        return request
    copy: Any = type(request)()
    copy.CopyFrom(request)
    copy.idempotency_key = copy.idempotency_key or str(uuid.uuid4())
    return cast(Message, copy)
