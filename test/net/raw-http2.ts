// HTTP/2 frames by hand (RFC 9113 section 4.1), for what no lawful client sends.

export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
export const TYPE = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8 } as const;
export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export const SETTINGS = frame(TYPE.settings, 0, 0);

/** `GET https://<authority>/` in HPACK's static table and one literal. */
export function get(stream: number, authority = "localhost", flags = END_STREAM | END_HEADERS): Buffer {
  return frame(TYPE.headers, flags, stream, Buffer.concat([Buffer.from([0x82, 0x84, 0x87, 0x41, authority.length]), Buffer.from(authority)]));
}

/** A request's header block, each field a literal without an index (RFC 7541 section 6.2.2). */
export function request(stream: number, fields: Readonly<Record<string, string>>, flags = END_HEADERS): Buffer {
  const block = Object.entries({ ":scheme": "https", ":authority": "localhost", ...fields }).flatMap(([name, value]) => [
    Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value),
  ]);
  return frame(TYPE.headers, flags, stream, Buffer.concat(block));
}

export function reset(stream: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(TYPE.rstStream, 0, stream, payload);
}

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

/** Splits what a server sent into frames. */
export function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const length = bytes.readUIntBE(at, 3);
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}

/** The error code of the last GOAWAY among them. */
export function goawayCode(frames: readonly Frame[]): number | undefined {
  return frames
    .filter((each) => each.type === TYPE.goaway)
    .at(-1)
    ?.payload.readUInt32BE(4);
}
