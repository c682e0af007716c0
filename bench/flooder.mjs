// One flood of open registrations from many loopback addresses: node bench/flooder.mjs URL CA ADDRESSES CONNECTIONS DEPTH.
// Each connection keeps DEPTH requests going. Prints one JSON line a second with the answers by status, until it is ended.

import { readFileSync } from "node:fs";
import { connect } from "node:tls";

const [, , url, caFile, addresses, connections, depth] = process.argv;
const { hostname, port } = new URL(url);
const ca = readFileSync(caFile);
const body = readFileSync(new URL("body.json", import.meta.url));
const request = Buffer.concat([Buffer.from(`POST /register HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
const status = Buffer.from("HTTP/1.1 ");
let counts = {};

function count(name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Keeps one connection going for ever. */
function flood(localAddress) {
  const socket = connect({ host: hostname, port: Number(port), ca, servername: "localhost", localAddress, ALPNProtocols: ["http/1.1"] });
  socket.on("secureConnect", () => {
    for (let i = 0; i < Number(depth); i += 1) socket.write(request);
  });
  socket.on("data", (bytes) => {
    for (let at = bytes.indexOf(status); at >= 0; at = bytes.indexOf(status, at + 1)) {
      count(bytes.toString("latin1", at + 9, at + 12));
      socket.write(request);
    }
  });
  socket.on("error", (error) => count(error.code ?? "error"));
  socket.on("close", () => {
    count("closed");
    setTimeout(flood, 50, localAddress);
  });
}

for (let address = 1; address <= Number(addresses); address += 1) {
  for (let i = 0; i < Number(connections); i += 1) flood(`127.0.0.${address}`);
}
setInterval(() => {
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  counts = {};
}, 1_000);
