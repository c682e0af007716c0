// The pair of adapters/oidc-provider/example: the built program, and the real node-oidc-provider with the adapter.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import { issueCertificate, type KeyAndCertificate } from "../../src/net/certificate.js";
import { validFor } from "../net/fixture.js";
import { root, startProgram, temporaryFolder, type Program } from "../program/program.js";

/** A process that answers lines with lines. */
export class Talker {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...env } });
    this.#lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  say(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  async hear(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.child.spawnargs.join(" ")} has ended`);
    return value;
  }

  async ask(line: string): Promise<any> {
    this.say(line);
    return JSON.parse(await this.hear());
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.stdin!.end();
    await exited;
  }
}

export interface ProviderPair {
  readonly program: Program;
  readonly config: string;
  readonly issuer: string;
  readonly provider: Talker;
  /** The folder of the files that `issue` makes. */
  readonly folder: string;
  /** A certificate of the program's authority, and where it lies. */
  issue(name: string, order: Pick<Parameters<typeof issueCertificate>[0], "uris" | "dns" | "usage">): Promise<KeyAndCertificate>;
}

export interface ProviderPairOptions {
  /** More of Matricula's configuration. */
  readonly config?: string;
  /** More of what the provider is told. */
  readonly told?: object;
  readonly env?: Record<string, string>;
}

/** Starts both. Whoever starts them ends the provider, and cleans up the program. */
export async function startProviderPair({ config: more = "", told = {}, env = {} }: ProviderPairOptions = {}): Promise<ProviderPair> {
  if (!existsSync(join(root, "adapters/oidc-provider/dist"))) throw new Error(`the adapter is not built: run "npm run adapters" first`);
  const { matriculaConfiguration } = (await import(join(root, "adapters/oidc-provider/example/matricula-configuration.mjs"))) as { matriculaConfiguration: (issuer: string) => string };
  const folder = temporaryFolder();
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const provider = new Talker([join(root, "adapters/oidc-provider/example/provider.mjs")], env);
  const issuer = await provider.hear();
  const config = put("matricula.yaml", `${matriculaConfiguration(issuer)}${more}`);
  const program = await startProgram({ config });
  const ca = { certificate: program.ca, key: readFileSync(join(program.data, "pki/ca.key"), "utf8") };
  const issue: ProviderPair["issue"] = async (name, order) => {
    const { certificate, key } = await issueCertificate({ ca, subject: `CN=${name}`, ...validFor(10), ...order });
    return { certificate: put(`${name}.pem`, certificate), key: put(`${name}.key`, key) };
  };
  const own = await issue("authorization-server", { uris: ["spiffe://example/authorization-server"], usage: "client" });
  const server = await issue("localhost", { dns: ["localhost"], usage: "server" });
  provider.say(JSON.stringify({ url: program.url, ca: join(program.data, "pki/ca.pem"), ...own, server, file: join(folder, "clients.cache"), ...told }));
  expect(await provider.hear()).toBe("serving");
  return { program, config, issuer, provider, folder, issue };
}
