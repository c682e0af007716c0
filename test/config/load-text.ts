import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ConfigurationError, loadConfiguration, type LoadedConfiguration, type LoadOptions } from "../../src/config/configuration.js";

/** Writes `text` to a file of its own, gone after the test. */
export function configurationFile(text: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "matricula-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "matricula.yaml");
  writeFileSync(file, text);
  return file;
}

export function loadText(text: string | Uint8Array, overrides: LoadOptions["overrides"] = {}): LoadedConfiguration {
  return loadConfiguration({ file: configurationFile(text), overrides });
}

/** Loads what must be refused. */
export function refusal(text: string | Uint8Array, overrides: LoadOptions["overrides"] = {}): ConfigurationError {
  try {
    loadText(text, overrides);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error(`was not refused:\n${String(text)}`);
}

/** `line:column path`, one a mistake. */
export const places = (error: ConfigurationError) => error.mistakes.map(({ line, column, path }) => `${line}:${column} ${path}`.trim());
