"""A service registers itself with its own certificate."""

import matricula
from matricula.v1.client_metadata_pb2 import ClientMetadata
from matricula.v1.registration_service_pb2 import RegisterClientRequest

with matricula.connect(
    "https://localhost:8443",
    ca_file="ca.pem",
    cert_file="orders-cert.pem",
    key_file="orders-key.pem",
) as registry:
    answer = registry.registration.RegisterClient(
        RegisterClientRequest(
            metadata=ClientMetadata(
                client_name="Orders",
                grant_types=["client_credentials"],
                token_endpoint_auth_method="tls_client_auth",
                tls_client_auth_san_uri="spiffe://example.test/orders",
            )
        )
    )
print(answer.client.client_id)
