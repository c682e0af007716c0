"""Performs the steps of test/stubs/scenario.json: a line each, "ok NAME" or "FAIL NAME: why"."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable

import grpc
from google.protobuf import json_format

import matricula
from matricula.v1.client_directory_service_pb2 import ListClientsRequest
from matricula.v1.client_metadata_pb2 import ClientMetadata
from matricula.v1.client_pb2 import Client
from matricula.v1.registration_service_pb2 import (
    DeleteClientRequest,
    ReadClientRequest,
    RegisterClientRequest,
    UpdateClientRequest,
)


class Scenario:
    """The steps, in the order of the file: a later one uses the client of the first."""

    def __init__(self, environment: dict[str, str], folder: pathlib.Path) -> None:
        """Opens a connection for each identity."""
        self.environment = environment
        self.folder = folder
        self.script = json.loads(pathlib.Path(environment["MATRICULA_SCENARIO"]).read_text("utf-8"))
        self.orders = self.connect("ORDERS")
        self.billing = self.connect("BILLING")
        self.reader = self.connect("READER")
        self.client = Client()

    def connect(self, identity: str, url: str = "MATRICULA_URL") -> matricula.Connection:
        """A connection as one of the environment's services."""
        env = self.environment
        return matricula.connect(
            env[url],
            ca_file=env["MATRICULA_CA"],
            cert_file=env[f"MATRICULA_{identity}_CERT"],
            key_file=env[f"MATRICULA_{identity}_KEY"],
        )

    def metadata(self, name: str) -> ClientMetadata:
        """One of the file's metadata documents."""
        return json_format.ParseDict(self.script[name], ClientMetadata())

    def clients(self) -> list[Client]:
        """All clients, by pages of one."""
        clients: list[Client] = []
        token = ""
        while True:
            page = self.reader.directory.ListClients(
                ListClientsRequest(realm=self.script["realm"], page_size=1, page_token=token)
            )
            expect(len(page.clients) <= 1, "a page of one holds more")
            clients.extend(page.clients)
            token = page.next_page_token
            if not token:
                return clients

    def read(self, connection: matricula.Connection) -> Client:
        """The client, as the connection's identity."""
        request = ReadClientRequest(realm=self.script["realm"], client_id=self.client.client_id)
        return connection.registration.ReadClient(request).client

    def register(self) -> None:
        """A service registers itself."""
        answer = self.orders.registration.RegisterClient(
            RegisterClientRequest(realm=self.script["realm"], metadata=self.metadata("metadata"))
        )
        self.client = answer.client
        expect(self.client.client_id != "", "no client id")
        expect(not answer.credentials.HasField("client_secret"), "a secret")
        expect(not self.client.metadata.response_types, "response_types are not empty")
        registered(self.client.metadata, self.script["metadata"])

    def rejected(self) -> None:
        """All violations come with the refusal."""
        request = RegisterClientRequest(realm=self.script["realm"], metadata=self.metadata("rejected"))
        try:
            self.orders.registration.RegisterClient(request)
        except matricula.RegistrationError as refusal:
            same(refusal.error, "invalid_redirect_uri")
            same(
                sorted((broken.field, broken.rule) for broken in refusal.violations),
                sorted((broken["field"], broken["rule"]) for broken in self.script["violations"]),
            )
            expect(all(broken.clause and broken.description for broken in refusal.violations), "no clause or sentence")
        else:
            raise AssertionError("it was registered")

    def read_own(self) -> None:
        """The certificate is enough."""
        same(self.read(self.orders), self.client)

    def update(self) -> None:
        """What is omitted is gone."""
        updated = self.orders.registration.UpdateClient(
            UpdateClientRequest(
                realm=self.script["realm"], client_id=self.client.client_id, metadata=self.metadata("updated")
            )
        ).client
        registered(updated.metadata, self.script["updated"])
        expect(not updated.metadata.HasField("scope"), "scope is still there")
        expect(not updated.metadata.client_name_localized, "the localized name is still there")
        same(updated.version, self.client.version + 1)

    def list(self) -> None:
        """Every client is there once."""
        same([client.client_id for client in self.clients()].count(self.client.client_id), 1)

    def deadline(self) -> None:
        """One that has no chance."""
        request = ReadClientRequest(realm=self.script["realm"], client_id=self.client.client_id)
        try:
            self.orders.registration.ReadClient(request, timeout=0)
        except TimeoutError as late:
            expect(isinstance(late, matricula.DeadlineExceeded), f"{late!r}")
        else:
            raise AssertionError("it was in time")

    def wrong_certificate(self) -> None:
        """An authority that the server does not know."""
        with self.connect("WRONG") as wrong:
            fails(grpc.StatusCode.UNAUTHENTICATED, lambda: self.read(wrong))

    def another_service(self) -> None:
        """Another's client is nobody's business."""
        stub = self.billing.registration
        realm, client_id = self.script["realm"], self.client.client_id
        metadata = self.metadata("updated")
        update = UpdateClientRequest(realm=realm, client_id=client_id, metadata=metadata)
        fails(grpc.StatusCode.PERMISSION_DENIED, lambda: self.read(self.billing))
        fails(grpc.StatusCode.PERMISSION_DENIED, lambda: stub.UpdateClient(update))
        delete = DeleteClientRequest(realm=realm, client_id=client_id)
        fails(grpc.StatusCode.PERMISSION_DENIED, lambda: stub.DeleteClient(delete))

    def lost_answer(self) -> None:
        """The client finds out by itself."""
        before = {client.client_id for client in self.clients()}
        with self.connect("ORDERS", "MATRICULA_CUT_URL") as cut:
            answer = cut.registration.RegisterClient(
                RegisterClientRequest(realm=self.script["realm"], metadata=self.metadata("metadata"))
            )
        after = {client.client_id for client in self.clients()}
        same(after - before, {answer.client.client_id})

    def reload(self) -> None:
        """The same object speaks as the other service once the files are the other's."""
        cert, key = self.folder / "cert.pem", self.folder / "key.pem"

        def put(identity: str) -> None:
            for part, path in (("CERT", cert), ("KEY", key)):
                # Renamed into place: what is read is never half a file.
                shutil.copy(self.environment[f"MATRICULA_{identity}_{part}"], f"{path}.new")
                os.replace(f"{path}.new", path)

        put("ORDERS")
        url, ca = self.environment["MATRICULA_URL"], self.environment["MATRICULA_CA"]
        with matricula.connect(url, ca_file=ca, cert_file=cert, key_file=key) as connection:
            same(self.read(connection).client_id, self.client.client_id)
            put("BILLING")
            fails(grpc.StatusCode.PERMISSION_DENIED, lambda: self.read(connection))
            own = connection.registration.RegisterClient(
                RegisterClientRequest(realm=self.script["realm"], metadata=self.metadata("updated"))
            )
            same(own.client.owner.id, "spiffe://example.test/billing")

    def delete(self) -> None:
        """Gone is gone."""
        self.orders.registration.DeleteClient(
            DeleteClientRequest(realm=self.script["realm"], client_id=self.client.client_id)
        )
        fails(grpc.StatusCode.PERMISSION_DENIED, lambda: self.read(self.orders))

    def run(self) -> None:
        """Performs every step, in the file's order."""
        steps: dict[str, Callable[[], None]] = {
            "register": self.register,
            "rejected": self.rejected,
            "read": self.read_own,
            "update": self.update,
            "list": self.list,
            "deadline": self.deadline,
            "wrong certificate": self.wrong_certificate,
            "another service": self.another_service,
            "lost answer": self.lost_answer,
            "reload": self.reload,
            "delete": self.delete,
        }
        for name in (step["name"] for step in self.script["steps"]):
            try:
                steps[name]()
                print(f"ok {name}", flush=True)
            except Exception as error:  # noqa: BLE001 - whatever went wrong is the answer
                print(f"FAIL {name}: {' '.join(f'{type(error).__name__}: {error}'.split())}", flush=True)


def expect(holds: bool, otherwise: str) -> None:
    """Fails a step with a word."""
    if not holds:
        raise AssertionError(otherwise)


def registered(metadata: ClientMetadata, asked: dict[str, object]) -> None:
    """Fails a step when a field is not as it was asked for; what was omitted may have a default."""
    answer = json_format.MessageToDict(metadata)
    same({field: answer.get(field) for field in asked}, asked)


def same(actual: object, expected: object) -> None:
    """Fails a step when the two differ."""
    expect(actual == expected, f"{actual} is not {expected}")


def fails(code: grpc.StatusCode, call: Callable[[], object]) -> None:
    """Fails a step when the call does not end with the code."""
    try:
        call()
    except matricula.ServiceError as error:
        same(error.code, code)
    else:
        raise AssertionError(f"no {code.name}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as own_folder:
        Scenario(dict(os.environ), pathlib.Path(own_folder)).run()
