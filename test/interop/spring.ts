// The example of adapters/spring beside the running program: built by Maven, started on a free port, driven as browsers and clients do.

import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { issueCertificate } from "../../src/net/certificate.js";
import { root, runCommand, type Program } from "../program/program.js";

const hour = 3_600_000;
/** What the example asks its users. */
const user = { username: "user", password: "a password of the example" };

/** The identity whose role is verifier. */
export const verifier = "spiffe://example.test/spring";

/** Builds package, adapter and example, with the adapter's own tests. Those of the package run where the stubs are tested. */
export async function buildExample(): Promise<void> {
  const tests = ["-Dtest=dev.matricula.spring.*Test", "-Dsurefire.failIfNoSpecifiedTests=false"];
  // A folder of its own: the stubs' tests may be building the package at the same time.
  const build = ["mvn", "-q", "-B", "-ntp", "-f", join(root, "adapters/spring/reactor.xml"), "package", "-Dmatricula.target=target/spring", ...tests];
  const { code, stdout, stderr } = await runCommand(build, { patience: 900_000 });
  if (code !== 0) throw new Error(`the example was not built:\n${stdout}${stderr}`);
}

/** A running authorization server. */
export interface SpringExample {
  readonly url: string;
  readonly output: () => string;
  stop(): Promise<void>;
}

/** Starts the example as an authorization server of this program, and waits until it serves. */
export async function startExample(program: Program, folder: string): Promise<SpringExample> {
  const ca = { certificate: program.ca, key: readFileSync(join(program.data, "pki/ca.key"), "utf8") };
  const validity = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
  const issued = await issueCertificate({ ca, subject: "CN=spring", uris: [verifier], usage: "client", ...validity });
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const child = spawn("java", ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-jar", join(root, "adapters/spring/example/target/example.jar")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      SERVER_PORT: "0",
      MATRICULA_URL: program.url,
      MATRICULA_REGISTRATION_ENDPOINT: `${program.url}/register`,
      MATRICULA_USEINTERVAL: "1s",
      MATRICULA_COPY: join(folder, "clients.copy"),
      MATRICULA_CA: put("ca.pem", program.ca),
      MATRICULA_CERTIFICATE: put("spring.pem", issued.certificate),
      MATRICULA_KEY: put("spring.key", issued.key),
      EXAMPLE_USER: user.username,
      EXAMPLE_PASSWORD: user.password,
    },
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  let output = "";
  const keep = (text: string) => (output += text);
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const url = await listeningUrl(child, () => output);
  return {
    url,
    output: () => output,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      process.off("exit", killed);
    },
  };
}

async function listeningUrl(child: ChildProcess, output: () => string): Promise<string> {
  const ended = once(child, "exit").then(() => {
    throw new Error(`the example ended before it served:\n${output()}`);
  });
  const found = (async () => {
    for await (const line of createInterface({ input: child.stdout! })) {
      const match = /^example listening on (\S+)$/.exec(line);
      if (match) return match[1]!;
    }
    return ended;
  })();
  return Promise.race([found, ended]);
}

/** A browser, as far as a login needs one: it keeps cookies and follows redirects of one origin. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Where it ends: a page, or the address outside to which it is sent. */
  async open(url: URL, form?: Record<string, string> | URLSearchParams): Promise<{ url: URL; html: string }> {
    let at = url;
    let body = form && new URLSearchParams(form);
    for (;;) {
      const answer = await fetch(at, {
        method: body ? "POST" : "GET",
        redirect: "manual",
        headers: { accept: "text/html", cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") },
        ...(body && { body }),
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
        this.#cookies.set(name!, value!);
      }
      const html = await answer.text();
      const location = answer.headers.get("location");
      if (location === null) return { url: at, html };
      at = new URL(location, at);
      body = undefined;
      if (at.origin !== url.origin) return { url: at, html: "" };
    }
  }
}

/** The value of a form's hidden field. */
function hidden(html: string, name: string): string {
  const input = html.match(/<input[^>]*>/g)?.find((each) => each.includes(`name="${name}"`));
  return /value="([^"]*)"/.exec(input ?? "")?.[1] ?? "";
}

/** A PKCE pair (RFC 7636). */
export function makeProof(): { verifier: string; challenge: string } {
  const secret = randomBytes(32).toString("base64url");
  return { verifier: secret, challenge: createHash("sha256").update(secret).digest("base64url") };
}

/** Has a user log in and consent; the answer is where the browser is sent in the end. */
export async function authorize(endpoint: string, parameters: Record<string, string>): Promise<URL> {
  const browser = new Browser();
  const login = await browser.open(new URL(`${endpoint}?${new URLSearchParams(parameters)}`));
  if (!login.html.includes('name="password"')) return login.url;
  const consent = await browser.open(new URL("/login", login.url), { ...user, _csrf: hidden(login.html, "_csrf") });
  if (!consent.html.includes('name="scope"')) return consent.url;
  const scopes = [...consent.html.matchAll(/name="scope" value="([^"]*)"/g)].map((match) => match[1]!);
  const asked = new URLSearchParams({ client_id: parameters["client_id"]!, state: hidden(consent.html, "state") });
  for (const scope of scopes) asked.append("scope", scope);
  return (await browser.open(new URL(endpoint), asked)).url;
}
