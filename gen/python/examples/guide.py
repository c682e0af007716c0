"""The pieces that the documentation shows, in one place that is type-checked and run by the tests."""

import grpc
import protovalidate

import matricula
from matricula.v1.client_metadata_pb2 import ClientMetadata
from matricula.v1.errors_pb2 import Violation
from matricula.v1.registration_service_pb2 import ReadClientRequest, RegisterClientRequest, RegisterClientResponse
from matricula.v1.registration_service_pb2_grpc import RegistrationServiceStub


def errors(registry: matricula.Connection, request: RegisterClientRequest) -> list[Violation]:
    """What can go wrong."""
    try:
        registry.registration.RegisterClient(request)
    except matricula.RegistrationError as refusal:
        # Every broken rule, at once: redirect_uris[1] uri.scheme_dangerous "RFC 7591 section 5" ...
        for broken in refusal.violations:
            print(broken.field, broken.rule, broken.clause, broken.description)
        return refusal.violations
    except TimeoutError:
        print("not within the deadline")
    except matricula.ServiceError as failure:
        # failure.__cause__ is the grpc.RpcError, with the metadata.
        if failure.code is grpc.StatusCode.UNAVAILABLE:
            print("still not there after four attempts; again in", failure.retry_after)
        else:
            print(failure.code, failure.reason, failure.message)
    return []


def own_key(registry: matricula.Connection, metadata: ClientMetadata, job: str) -> RegisterClientResponse:
    """A repetition that outlives the process."""
    request = RegisterClientRequest(metadata=metadata, idempotency_key=job)
    return registry.registration.RegisterClient(request, timeout=30)


def token(registry: matricula.Connection, client_id: str, registration_access_token: str) -> str:
    """A token in the place of the certificate, for one call."""
    answer = registry.registration.ReadClient(
        ReadClientRequest(client_id=client_id),
        metadata=matricula.bearer(registration_access_token),
    )
    return answer.client.etag


def generated(registry: matricula.Connection) -> tuple[RegistrationServiceStub, RegistrationServiceStub]:
    """Any generated stub, with the convenience and without."""
    with_convenience = RegistrationServiceStub(registry.channel)
    without = RegistrationServiceStub(grpc.secure_channel("localhost:8443", grpc.ssl_channel_credentials()))
    return with_convenience, without


def local(metadata: ClientMetadata) -> list[str]:
    """Lengths and counts, before a call."""
    try:
        protovalidate.validate(metadata)
    except protovalidate.ValidationError as invalid:
        return [violation.proto.rule_id for violation in invalid.violations]
    return []
