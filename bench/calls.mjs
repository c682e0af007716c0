// Calls with a client certificate over HTTP/2, which h2load has no option for: so many in flight, each answer timed to its end.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { join } from "node:path";

/** HTTP/2 connections carry this many requests at once, as an authorization server's do. */
const streamsAtMost = 16;

/** Makes one call. */
export async function callAtOnce(target, request) {
  const session = openSession(target);
  try {
    return await session.send(request);
  } finally {
    session.close();
  }
}

/** A connection for calls of which each waits for the one before. */
export function openSession(target) {
  const session = open(target);
  return { send: (request) => send(session, request), close: () => session.close() };
}

/**
 * Keeps calls in flight until the time is over and `fewest` are answered, or `signal` says so. Resolves with each answer's milliseconds and
 * how long it went on. Rejects when any answer is not 2xx.
 */
export async function callFor(target, { request, inFlight, milliseconds, fewest = 0, signal }) {
  const sessions = Array.from({ length: Math.ceil(inFlight / streamsAtMost) }, () => open(target));
  const times = [];
  const start = performance.now();
  const goesOn = () => !signal?.aborted && (performance.now() - start < milliseconds || times.length < fewest);
  const caller = async (_, number) => {
    while (goesOn()) {
      const began = performance.now();
      const { status, body } = await send(sessions[number % sessions.length], request());
      if (status < 200 || status > 299) throw new Error(`a request was answered ${status}: ${body.slice(0, 500)}`);
      times.push(performance.now() - began);
    }
  };
  try {
    await Promise.all(Array.from({ length: inFlight }, caller));
    return { times, milliseconds: performance.now() - start };
  } finally {
    for (const session of sessions) session.close();
  }
}

function open({ url, ca, pki }) {
  const session = connect(url, { ca, cert: readFileSync(join(pki, "admin.pem")), key: readFileSync(join(pki, "admin.key")) });
  // The streams tell what went wrong.
  session.on("error", () => {});
  return session;
}

async function send(session, { path, body }) {
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json", ...(path.startsWith("/matricula.") ? { "connect-protocol-version": "1" } : {}) });
  const chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  const responded = once(stream, "response");
  const ended = once(stream, "end");
  ended.catch(() => {});
  stream.end(body);
  const [headers] = await responded;
  await ended;
  return { status: headers[":status"], body: Buffer.concat(chunks).toString() };
}
