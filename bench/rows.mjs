// The rows of the table. `limit` is the row of the bare server that the same HTTP version allows;
// what is compared stands together, since they are measured in this order.

const json = { "content-type": "application/json" };
const method = "/matricula.v1.RegistrationService/RegisterClient";

export const rows = [
  { name: "gateway-h1", title: "gateway, HTTP/1.1, JSON", server: "matricula", http: 1, path: "/register", headers: json, body: "metadata", limit: "bare-h1" },
  { name: "bare-h1", title: "bare limit, HTTP/1.1", server: "bare", http: 1, path: "/", headers: json, body: "metadata", limit: "bare-h1" },
  { name: "oidc-provider", title: "oidc-provider in memory, HTTP/1.1", server: "oidc-provider", http: 1, path: "/reg", headers: json, body: "metadata", limit: "bare-h1" },
  { name: "gateway-h2", title: "gateway, HTTP/2, JSON", server: "matricula", http: 2, path: "/register", headers: json, body: "metadata", limit: "bare-h2" },
  { name: "bare-h2", title: "bare limit, HTTP/2", server: "bare", http: 2, path: "/", headers: json, body: "metadata", limit: "bare-h2" },
  {
    name: "connect-json", title: "Connect, HTTP/2, JSON", server: "matricula", http: 2, path: method,
    headers: { ...json, "connect-protocol-version": "1" }, body: "connectJson", limit: "bare-h2",
  },
  {
    name: "connect-binary", title: "Connect, HTTP/2, binary", server: "matricula", http: 2, path: method,
    headers: { "content-type": "application/proto", "connect-protocol-version": "1" }, body: "connectBinary", limit: "bare-h2",
  },
  {
    name: "grpc", title: "gRPC, HTTP/2, binary", server: "matricula", http: 2, path: method,
    headers: { "content-type": "application/grpc", te: "trailers" }, body: "grpc", limit: "bare-h2",
  },
];

/** The row that the others are so many times. */
export const peer = "oidc-provider";

/** A row by its name. */
export const rowNamed = (name) => rows.find((row) => row.name === name);
