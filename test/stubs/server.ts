// The server that the languages' clients talk to: the real program, services with certificates of their own, and a proxy that loses an answer.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { createAuthority, issueCertificate } from "../../src/net/certificate.js";

const root = resolve(import.meta.dirname, "../..");
const identities = ["orders", "billing", "reader"] as const;
const hour = 3_600_000;

export interface StubServer {
  /** What a runner is given, with a proxy of its own, since each loses one answer. */
  forRunner(): Promise<Runner>;
  stop(): Promise<void>;
}

export interface Runner {
  /** By the names in scenario.json. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the proxy has lost an answer: a step that passes without it has shown nothing. */
  hasLostAnswer(): boolean;
}

/** Starts the program in a folder of its own. */
export async function startStubServer(): Promise<StubServer> {
  const folder = await mkdtemp(join(tmpdir(), "matricula-stubs-"));
  const configuration = join(folder, "matricula.yaml");
  const roles = { orders: "registrar", billing: "registrar", reader: "reader" };
  await writeFile(
    configuration,
    ["realms:", "  default:", "    certificates:", ...identities.map((name) => `      - {spiffe_id: "spiffe://example.test/${name}", roles: [${roles[name]}]}`), ""].join("\n"),
  );
  const data = join(folder, "data");
  const program = spawn(process.execPath, [join(root, "dist/main.js"), "serve", "--data", data, "--listen", "localhost:0", "--config", configuration], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
  const url = new URL(line.slice("matricula listening on ".length));

  const environment: Record<string, string> = {
    MATRICULA_URL: `https://localhost:${url.port}`,
    MATRICULA_CA: join(data, "pki/ca.pem"),
    MATRICULA_SCENARIO: join(root, "test/stubs/scenario.json"),
  };
  const ca = { certificate: await readFile(join(data, "pki/ca.pem"), "utf8"), key: await readFile(join(data, "pki/ca.key"), "utf8") };
  const validity = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
  const issue = async (authority: typeof ca, file: string, name: string) => {
    const issued = await issueCertificate({ ca: authority, subject: `CN=${name}`, uris: [`spiffe://example.test/${name}`], usage: "client", ...validity });
    for (const [part, text] of [["CERT", issued.certificate], ["KEY", issued.key]] as const) {
      const path = join(folder, `${file}-${part.toLowerCase()}.pem`);
      await writeFile(path, text, { mode: 0o600 });
      environment[`MATRICULA_${file.toUpperCase()}_${part}`] = path;
    }
  };
  for (const name of identities) await issue(ca, name, name);
  await issue(await createAuthority({ subject: "CN=unknown", ...validity }), "wrong", "orders");

  const proxies: CuttingProxy[] = [];
  return {
    async forRunner() {
      const proxy = await startCuttingProxy(Number(url.port));
      proxies.push(proxy);
      return { environment: { ...environment, MATRICULA_CUT_URL: `https://localhost:${proxy.port}` }, hasLostAnswer: proxy.hasCut };
    },
    async stop() {
      for (const proxy of proxies) proxy.close();
      const exited = once(program, "exit");
      program.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

interface CuttingProxy {
  readonly port: number;
  hasCut(): boolean;
  close(): void;
}

/** The first answer on the first connection ends that connection instead of arriving; all later connections pass. */
async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  let isFirst = true;
  let cut = false;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    keep(client);
    keep(upstream);
    const cuts = isFirst;
    isFirst = false;
    // Counted from the server's first byte: a hello with a large key share would count as a request otherwise.
    let asked = 0;
    let greeted = false;
    client.on("data", (bytes) => {
      if (greeted) asked += bytes.length;
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      greeted = true;
      // Certificate and key confirmation are some 700 bytes, a registration more; the first long thing after it is the answer.
      if (cuts && !cut && asked > 900 && bytes.length > 400) {
        cut = true;
        client.destroy();
        upstream.destroy();
      } else {
        client.write(bytes);
      }
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    hasCut: () => cut,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
