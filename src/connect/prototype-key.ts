// The one name of a member that protobuf-es loses: what is set as "__proto__" becomes the prototype of a map, and is harmless, but strict
// JSON refuses it.

const prototypeKey = "__proto__";
/** As long, and so that no byte of it can be a tag, a length or a number where the underscore in its place could not. */
const standIns = Array.from({ length: 10 }, (_, i) => `__proto_${i}`);

/**
 * Whether a map of the message, at any depth, has the key. The message is read again with another name wherever this one stands: what the
 * reader makes of the bytes around it, overlong lengths and all, is then the same, and a key shows while a value stays a value.
 */
export function namesAPrototype(bytes: Buffer, decode: (bytes: Uint8Array) => object | undefined): boolean {
  if (!bytes.includes(prototypeKey)) return false;
  const standIn = standIns.find((name) => !bytes.includes(name));
  // Nobody who means well sends all of them.
  if (standIn === undefined) return true;
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(prototypeKey); at >= 0; at = copy.indexOf(prototypeKey, at)) copy.write(standIn, at, "latin1");
  let found = false;
  JSON.stringify(decode(copy), (name, value: unknown) => {
    found ||= name === standIn;
    return value;
  });
  return found;
}
