// For the control run of sync-order.test.ts alone: `node --import unsynced.mjs dist/main.js serve` is the program with one import replaced,
// so that its commits are not synced. The program itself has no such switch.

import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  if (specifier.endsWith("/store/sqlite/store.js") && context.parentURL?.endsWith("/dist/serve/serve.js")) {
    return { url: new URL("unsynced-store.mjs", import.meta.url).href, format: "module", shortCircuit: true };
  }
  return next(specifier, context);
}
