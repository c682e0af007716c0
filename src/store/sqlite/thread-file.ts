import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { StoreOpenError } from "../store-open-error.js";

/**
 * The compiled file of a worker thread. A program started from the TypeScript sources, as a test is, takes it from dist/: Node 20 runs
 * no TypeScript in a worker thread.
 */
export function threadFile(name: "writer-thread" | "reader-thread"): URL {
  const here = new URL(import.meta.url);
  const fromSource = here.pathname.endsWith(".ts");
  const file = new URL(fromSource ? `../../../dist/store/sqlite/${name}.js` : `./${name}.js`, here);
  if (!existsSync(fileURLToPath(file))) {
    throw new StoreOpenError("not_built", `${fileURLToPath(file)} is missing: run "npm run build" first`);
  }
  return file;
}
