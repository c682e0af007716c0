// The servers that rows ask: started on a free port of the loopback address, ended by signal.

import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startChild } from "./children.mjs";
import { clientsStored } from "./stored.mjs";

const startTime = 20_000;
const stopTime = 12_000;
const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Starts the service from a build; `data` is its data folder, `nodeOptions` go before its file. Open to everybody, unless a configuration says who may come. */
export async function startMatricula({ build, data, config, nodeOptions = [], environment = {} }) {
  const who = config === undefined ? ["--open"] : ["--config", config];
  const args = [...nodeOptions, join(build.root, "dist/main.js"), "serve", "--data", data, "--listen", "127.0.0.1:0", ...who];
  const server = await startServer("matricula", args, { log: `${data}.log`, environment });
  return {
    ...server,
    ca: readFileSync(join(data, "pki", "ca.pem")),
    /** How many clients are stored. */
    clients: () => clientsStored(join(data, "matricula.db")),
  };
}

/** Starts the bare server or oidc-provider with a certificate that the service has made. */
export async function startPeer({ name, certificates, folder }) {
  const args = [file(`${name}.mjs`), certificates.certificate, certificates.key, "0"];
  const server = await startServer(name, args, { log: join(folder, `${name}.log`), environment: { NODE_ENV: "production" } });
  return { ...server, ca: certificates.ca };
}

/** Lets the service make certificates in a data folder of their own. */
export async function makeCertificates({ build, folder }) {
  const data = join(folder, "certificates");
  const server = await startMatricula({ build, data });
  await server.stop();
  const pki = (name) => join(data, "pki", name);
  return { certificate: pki("server.pem"), key: pki("server.key"), ca: server.ca };
}

async function startServer(name, args, { log, environment }) {
  const errors = openSync(log, "w");
  const child = startChild(process.execPath, args, { stdio: ["ignore", "pipe", errors], env: { ...process.env, ...environment } });
  closeSync(errors);
  const exited = once(child, "exit");
  const url = await readyLine(child, exited).catch((error) => {
    child.kill("SIGKILL");
    throw new Error(`${name} ${error.message}: ${tail(log)}`);
  });
  return {
    url,
    pid: child.pid,
    /** Ends the server as an operator would. Throws when it does not end, or not well. */
    async stop() {
      child.kill("SIGTERM");
      const [code, signal] = await within(stopTime, exited).catch((error) => {
        child.kill("SIGKILL");
        throw new Error(`${name} did not stop on SIGTERM: ${error.message}`);
      });
      // The two others have no handler of their own.
      if (code !== 0 && signal !== "SIGTERM") throw new Error(`${name} ended with ${signal ?? `code ${code}`}: ${tail(log)}`);
    },
  };
}

/** The URL of the first line that says what is listened on. */
async function readyLine(child, exited) {
  const lines = createInterface({ input: child.stdout });
  const url = new Promise((resolve) => {
    lines.on("line", (line) => {
      const match = / listening on (https:\/\/\S+)$/.exec(line);
      if (match !== null) resolve(match[1]);
    });
  });
  const ended = exited.then(([code, signal]) => Promise.reject(new Error(`ended with ${signal ?? `code ${code}`} before it was ready`)));
  return within(startTime, Promise.race([url, ended]));
}

function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const tail = (log) => readFileSync(log, "utf8").slice(-2000);
