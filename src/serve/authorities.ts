import { X509Certificate } from "node:crypto";
import { readBytes } from "./followed-files.js";

/** The authorities in a file (PEM). Throws a sentence when it holds none. */
export async function readAuthorities(path: string): Promise<string> {
  const text = (await readBytes(path)).toString("utf8");
  try {
    // OpenSSL takes a file with nothing in it, and then believes nobody.
    new X509Certificate(text);
  } catch {
    throw new Error(`${path} holds no readable certificate`);
  }
  return text;
}
