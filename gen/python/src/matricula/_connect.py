"""connect, and what it gives."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import grpc

from matricula._channel import CertificateFiles, RegistryChannel
from matricula.v1.client_directory_service_pb2_grpc import ClientDirectoryServiceStub
from matricula.v1.initial_access_token_service_pb2_grpc import InitialAccessTokenServiceStub
from matricula.v1.registration_service_pb2_grpc import RegistrationServiceStub


class Connection:
    """The generated stubs over one connection. Threads may share it."""

    def __init__(self, channel: grpc.Channel) -> None:
        """Wraps a channel; `connect` makes one."""
        self.channel = channel
        """For a generated stub that is not among these."""
        self.registration = RegistrationServiceStub(channel)
        """Register, read, update and delete clients."""
        self.directory = ClientDirectoryServiceStub(channel)
        """Get and list clients."""
        self.initial_access_tokens = InitialAccessTokenServiceStub(channel)
        """Make initial access tokens."""

    def close(self) -> None:
        """Closes the connection and ends the calls that are under way."""
        self.channel.close()

    def __enter__(self) -> Connection:
        """The connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


def connect(
    url: str,
    *,
    ca_file: str | os.PathLike[str] | None = None,
    cert_file: str | os.PathLike[str] | None = None,
    key_file: str | os.PathLike[str] | None = None,
    token: str | None = None,
    timeout: float | None = 10.0,
) -> Connection:
    """Connects to a registry; the network is first used by the first call.

    Args:
        url: Where it listens: ``https://HOST:PORT``.
        ca_file: PEM file of the authorities to trust; without one, those that gRPC comes with.
        cert_file: PEM file of the caller's certificate, with its chain. All files are read again when they change: later
            calls go over a new connection, and those under way finish on the old one.
        key_file: PEM file of its key, not encrypted.
        token: An initial access token or registration access token for every call that does not bring its own (`bearer`).
        timeout: Seconds that a call may take, its repetitions included, where it names none; None is no limit.

    A call that fails raises `ServiceError`, or its subclass `RegistrationError` or `DeadlineExceeded`. One that fails with
    UNAVAILABLE is made up to four times within its deadline, if a second arrival does no harm: it only reads, or carries an
    idempotency key (a random one is set where the request has none), or deletes a client. A repeated deletion that finds the
    client gone after an answer was lost has succeeded.

    Raises:
        ValueError: The URL is not such a URL, or one of certificate and key is missing.
        OSError: A file cannot be read, is not PEM, or the key is not the certificate's.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.path not in ("", "/"):
        raise ValueError(f"not of the form https://HOST:PORT: {url}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    files = CertificateFiles(ca_file, cert_file, key_file)
    return Connection(RegistryChannel(f"{host}:{parts.port or 443}", files, token, timeout))
