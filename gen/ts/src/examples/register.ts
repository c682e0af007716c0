import { connect } from "matricula-client";

// A service registers itself: its certificate says who it is, and is what the client will authenticate with. No secret anywhere.
const matricula = await connect({
  url: process.env["MATRICULA_URL"] ?? "https://localhost:8443",
  caFile: "pki/ca.pem",
  certFile: "pki/orders.pem",
  keyFile: "pki/orders.key",
});
const { client } = await matricula.registration.registerClient({
  metadata: {
    clientName: "Orders",
    grantTypes: ["client_credentials"],
    tokenEndpointAuthMethod: "tls_client_auth",
    tlsClientAuthSanUri: "spiffe://example.test/orders",
  },
});
console.log(`registered as ${client?.clientId}`);
await matricula.close();
