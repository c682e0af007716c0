// One request before the load: h2load does not show what an answer says, this does.

import { connect } from "node:http2";
import { once } from "node:events";
import { request } from "node:https";
import { buffer } from "node:stream/consumers";

/** Registers one client. Throws the whole answer when it is not a success. */
export async function tryOnce({ url, row, body, ca }) {
  const answer = row.http === 1 ? await overHttp1(url, row, body, ca) : await overHttp2(url, row, body, ca);
  const grpcStatus = answer.trailers["grpc-status"] ?? answer.headers["grpc-status"];
  const good = answer.status >= 200 && answer.status <= 299 && (row.name !== "grpc" || grpcStatus === "0");
  if (good) return;
  const grpc = grpcStatus === undefined ? "" : `, grpc-status ${grpcStatus} ${answer.trailers["grpc-message"] ?? answer.headers["grpc-message"] ?? ""}`;
  throw new Error(`${row.name}: the first request was answered ${answer.status}${grpc}: ${answer.body.toString("utf8").slice(0, 1000)}`);
}

async function overHttp1(url, row, body, ca) {
  const sent = request(url + row.path, { method: "POST", headers: { ...row.headers, "content-length": body.length }, ca, agent: false });
  sent.end(body);
  const [response] = await once(sent, "response");
  return { status: response.statusCode, headers: response.headers, body: await buffer(response), trailers: response.trailers };
}

async function overHttp2(url, row, body, ca) {
  const session = connect(url, { ca });
  const failed = once(session, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  try {
    const stream = session.request({ ":method": "POST", ":path": row.path, ...row.headers });
    let trailers = {};
    stream.on("trailers", (received) => (trailers = received));
    stream.end(body);
    const [headers] = await Promise.race([once(stream, "response"), failed]);
    const received = await buffer(stream);
    return { status: headers[":status"], headers, body: received, trailers };
  } finally {
    session.close();
  }
}
