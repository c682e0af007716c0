// A resume token says where a watch goes on: behind which row of the change log, and how far into a snapshot. It is bound to that very log
// by the row's chain, and to the watch's conditions; it opens nothing by itself.

import { hash } from "node:crypto";
import { sameDigest } from "../../domain/credentials.js";
import { RegistryError } from "../../domain/errors.js";
import type { LogEnd } from "../../domain/ports.js";
import type { Keys } from "../keys.js";

/** Where a watch is. */
export interface Position {
  /** All changes up to here have been sent, or come by the snapshot. */
  readonly log: LogEnd;
  /** The client that was the snapshot's last so far, and how many it has had; undefined outside of a snapshot. */
  readonly snapshot: { readonly after: string; readonly clients: number } | undefined;
}

/** Seals and opens the tokens of one watch. */
export interface ResumeTokens {
  seal(position: Position): string;
  /** Throws resume_token_expired for what is not a token of this watch. Whether the log is still the one is for the caller to see. */
  open(token: string): Position;
}

const macBytes = 16;
/** Enough to tell one log from another. */
export const chainBytes = 16;
const boundBytes = 8;
const sequenceBytes = 6;
const clientsBytes = 4;
const fixedBytes = macBytes + boundBytes + sequenceBytes + chainBytes;

/** `bound` are the conditions that tokens hold for: realm, filter, and what the caller's role shows it. */
export function resumeTokens(keys: Keys, bound: string): ResumeTokens {
  const mark = hash("sha256", bound, "buffer").subarray(0, boundBytes);
  const macOf = (body: Uint8Array) => keys.mac("resume_token", body).subarray(0, macBytes);
  return {
    seal({ log, snapshot }) {
      const after = Buffer.from(snapshot?.after ?? "");
      const body = Buffer.alloc(fixedBytes - macBytes + (snapshot === undefined ? 0 : clientsBytes + after.length));
      body.set(mark, 0);
      let at = body.writeUIntBE(log.sequence, boundBytes, sequenceBytes);
      body.set(log.chain.subarray(0, chainBytes), at);
      at += chainBytes;
      if (snapshot !== undefined) body.set(after, body.writeUInt32BE(snapshot.clients, at));
      return Buffer.concat([macOf(body), body]).toString("base64url");
    },
    open(token) {
      const bytes = Buffer.from(token, "base64url");
      const body = bytes.subarray(macBytes);
      if (bytes.length < fixedBytes || !sameDigest(bytes.subarray(0, macBytes), macOf(body))) throw expired("resume_token is not of this change log");
      if (!body.subarray(0, boundBytes).equals(mark)) throw expired("resume_token is of a watch with other conditions, or of another role");
      let at = boundBytes;
      const sequence = body.readUIntBE(at, sequenceBytes);
      at += sequenceBytes;
      const chain = body.subarray(at, at + chainBytes);
      at += chainBytes;
      const snapshot = at === body.length ? undefined : { clients: body.readUInt32BE(at), after: body.subarray(at + clientsBytes).toString() };
      return { log: { sequence, chain }, snapshot };
    },
  };
}

/** The error of every token that cannot be gone on from: its reader begins again with a snapshot. */
export function expired(why: string): RegistryError {
  return new RegistryError("resume_token_expired", `${why}; begin again with a snapshot`);
}
