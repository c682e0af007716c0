"""A registry in this process that answers as it is told, over mutual TLS."""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
import trustme
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.rpc import status_pb2

import matricula
from matricula.v1 import client_directory_service_pb2, initial_access_token_service_pb2, registration_service_pb2


@dataclass
class Failure:
    """An answer that is an error."""

    code: grpc.StatusCode
    details: Sequence[Message] = ()
    message: str = "as told"


@dataclass
class Seen:
    """A request as it arrived."""

    request: Any
    metadata: dict[str, str | bytes]
    names: list[str]
    time_remaining: float


Answer = Failure | Callable[[], object]


@dataclass
class Registry:
    """Gives its answers in turn, then succeeds; remembers what it was asked."""

    authority: trustme.CA
    folder: pathlib.Path
    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def handler(self, method: MethodDescriptor) -> grpc.RpcMethodHandler[Any, Any]:
        request_type = message_factory.GetMessageClass(method.input_type)
        response_type = message_factory.GetMessageClass(method.output_type)

        def handle(request: Any, context: grpc.ServicerContext) -> Any:
            peer: Any = context.auth_context()
            names = [name.decode() for name in peer["x509_subject_alternative_name"]]
            self.seen.append(Seen(request, dict(context.invocation_metadata()), names, context.time_remaining() or 0))
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Failure):
                status = status_pb2.Status(message=answer.message)
                for detail in answer.details:
                    status.details.add().Pack(detail)
                if answer.details:
                    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
                context.abort(answer.code, answer.message)
            if answer is not None:
                answer()
            return response_type()

        return grpc.unary_unary_rpc_method_handler(
            handle, request_deserializer=request_type.FromString, response_serializer=response_type.SerializeToString
        )

    def put(self, name: str, key_of: str | None = None) -> None:
        """Makes `name` the identity that the certificate files hold."""
        pairs = {each: self.authority.issue_cert(each) for each in {name, key_of or name}}
        (self.folder / "cert.pem").write_bytes(pairs[name].cert_chain_pems[0].bytes())
        (self.folder / "key.pem").write_bytes(pairs[key_of or name].private_key_pem.bytes())

    def connect(self, **options: Any) -> matricula.Connection:
        files = {f"{part}_file": self.folder / f"{part}.pem" for part in ("ca", "cert", "key")}
        return matricula.connect(self.url, **{**files, **options})


@pytest.fixture
def registry(tmp_path: pathlib.Path) -> Iterator[Registry]:
    registry = Registry(trustme.CA(), tmp_path)
    registry.authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    registry.put("orders.test")
    own = registry.authority.issue_cert("localhost")
    credentials = grpc.ssl_server_credentials(
        [(own.private_key_pem.bytes(), own.cert_chain_pems[0].bytes())],
        registry.authority.cert_pem.bytes(),
        require_client_auth=True,
    )
    server = grpc.server(futures.ThreadPoolExecutor(8))
    for file in (client_directory_service_pb2, initial_access_token_service_pb2, registration_service_pb2):
        for service in file.DESCRIPTOR.services_by_name.values():
            handlers = {method.name: registry.handler(method) for method in service.methods}
            server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service.full_name, handlers)])
    registry.url = f"https://localhost:{server.add_secure_port('localhost:0', credentials)}"
    server.start()
    yield registry
    server.stop(0).wait()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a handler can wait for; opened in the end, so that no handler waits on."""
    event = threading.Event()
    yield event
    event.set()
