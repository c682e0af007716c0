import { connect, createClientCache } from "matricula-client";

// An authorization server's own copy of all clients. Its certificate has the role ROLE_VERIFIER.
const matricula = await connect({
  url: process.env["MATRICULA_URL"] ?? "https://localhost:8443",
  caFile: "pki/ca.pem",
  certFile: "pki/orders.pem",
  keyFile: "pki/orders.key",
});
const clients = createClientCache({
  transport: matricula.transport,
  audiences: ["https://as.example", "https://as.example/token"],
  file: "clients.cache",
  onError: (error) => console.error(String(error)),
});
await clients.ready;

// What arrived at the token endpoint, as it arrived.
const verdict = await clients.authenticate({ authorization: "Basic bXktY2xpZW50Om15LXNlY3JldA==" });
if (verdict.outcome === "authenticated") console.log(`it is ${verdict.client.clientId} by ${verdict.method}`);
// The reason is for your log; the client is told invalid_client and no more.
else console.log(`invalid_client: ${verdict.reason}`);

// Another client, as it is now; and whenever one changes.
console.log(clients.get("another")?.metadata?.redirectUris);
clients.onChange((event) => console.log(event.kind));
await clients.close();
await matricula.close();
