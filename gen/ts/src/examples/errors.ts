import { Code, connect, RegistrationError, ServiceError } from "matricula-client";

const matricula = await connect({
  url: process.env["MATRICULA_URL"] ?? "https://localhost:8443",
  caFile: "pki/ca.pem",
  certFile: "pki/orders.pem",
  keyFile: "pki/orders.key",
});

try {
  await matricula.registration.registerClient({ metadata: { redirectUris: ["https://client.example/cb#fragment"] } });
} catch (error) {
  if (error instanceof RegistrationError) {
    // All broken rules at once; error.error is the code of RFC 7591, here "invalid_redirect_uri".
    for (const { field, rule, clause, description } of error.violations) console.error(field, rule, clause, description);
  } else if (error instanceof ServiceError) {
    // error.reason is the service's own word, such as "RATE_LIMITED"; error.cause the ConnectError with everything else.
    console.error(`${Code[error.code]} ${error.reason}: ${error.message}; again in ${error.retryAfterMs ?? "?"} ms`);
  } else {
    throw error;
  }
}
await matricula.close();
