// config/: reads the configuration file and applies its defaults. Everything else gets plain values ready for use.
// It may import generated messages, domain/, yaml, and of Node fs, path and crypto; it listens to nothing and keeps nothing.

import { create } from "@bufbuild/protobuf";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigurationSchema, RealmSchema, type Configuration, type Realm, type Tls } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { checkBaseUrl, withoutTrailingSlash } from "./base-url.js";
import { ConfigurationError, type Mistake, type Report } from "./configuration-error.js";
import { embeddedDefault } from "./embedded-default.js";
import { isLoopback, parseListen } from "./listen-address.js";
import {
  defaultRealm,
  type ConfiguredLimits,
  type ListenAddress,
  type LoadedConfiguration,
  type LocalListen,
  type LogLevel,
  type RealmConfiguration,
  type TlsFiles,
} from "./loaded-configuration.js";
import { parseLocalListen } from "./local-listen.js";
import { readOutgoingFetch } from "./outgoing-fetch.js";
import { formatPath } from "./path.js";
import { readRates } from "./rates.js";
import { readRealm, type RealmContext } from "./realm.js";
import { readTrustedProxies } from "./trusted-proxies.js";
import { readYaml } from "./yaml-tree.js";

export { ConfigurationError, type Mistake } from "./configuration-error.js";
export * from "./loaded-configuration.js";

export interface LoadOptions {
  /** The YAML file; without one the embedded default stands. */
  readonly file?: string | undefined;
  /** Flags of the command line. They win over the file; a relative path is one from the working directory. */
  readonly overrides?: {
    readonly data?: string | undefined;
    readonly listen?: string | undefined;
    /** Lets anybody register in the realm "default". */
    readonly open?: boolean | undefined;
  };
}

/** What stands where the file says nothing; the comments of configuration.proto promise these. */
const defaults = {
  listen: "localhost:8443",
  data: "./data",
  limits: { bodyBytes: 65_536, connections: 10_000, connectionsPerAddress: 1_000, queuedWrites: 8_192, openCalls: 1_024 },
  logLevel: "info",
} as const satisfies { listen: string; data: string; limits: Omit<ConfiguredLimits, "rates">; logLevel: LogLevel };

/** Far more than a configuration needs; what is larger is another file. */
const maxFileBytes = 1_048_576;

/** Reads and checks the configuration. Throws a ConfigurationError that holds every mistake. */
export function loadConfiguration({ file, overrides = {} }: LoadOptions = {}): LoadedConfiguration {
  const source = file === undefined ? { text: embeddedDefault, folder: "." } : readSource(file);
  const tree = readYaml(source.text, ConfigurationSchema);
  if (tree.message === undefined) throw new ConfigurationError(file, tree.mistakes);
  const mistakes: Mistake[] = [...tree.mistakes];
  const report: Report = (path, message) => {
    const isFlag = String(path[0]).startsWith("--");
    if (isFlag) mistakes.push({ line: 0, column: 0, path: String(path[0]), message });
    else if (!tree.isBroken(path)) mistakes.push({ ...tree.placeOf(path), path: formatPath(path), message });
  };

  const written = tree.message;
  const tls = written.tls === undefined ? undefined : readTls(written.tls, source.folder, report);
  const publicUrl = readPublicUrl(written, report);
  const listen = readListen(written, overrides.listen, report);
  // Behind a proxy on this machine others come too.
  const isPublic = !listen.every(isLoopback) || written.publicUrl !== undefined || written.trustedProxies.length > 0;
  const limits = readLimits(written, isPublic, report);
  const localListen = readLocalListen(written, source.folder, report);
  const outgoingFetch = readOutgoingFetch(written.outgoingFetch, source.folder, ["outgoing_fetch"], report);
  const data = readData(written, overrides.data, source.folder, report);
  const loaded: LoadedConfiguration = {
    ...(file === undefined ? {} : { file: resolve(file), fileHash: createHash("sha256").update(source.text).digest("hex") }),
    listen,
    ...(localListen === undefined ? {} : { localListen }),
    data,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tls === undefined ? {} : { tls }),
    developmentPki: tls === undefined,
    realms: readRealms(written, { publicUrl, bodyBytes: limits.bodyBytes, localListener: written.localListen !== undefined, folder: source.folder, data, open: overrides.open === true }, report),
    ...(outgoingFetch === undefined ? {} : { outgoingFetch }),
    trustedProxies: readTrustedProxies(written.trustedProxies, ["trusted_proxies"], report),
    limits,
    // The walk has held it against the list in the schema.
    logLevel: (written.log?.level as LogLevel | undefined) ?? defaults.logLevel,
  };
  if (mistakes.length > 0) throw new ConfigurationError(file, mistakes);
  return loaded;
}

function readSource(file: string): { text: string; folder: string } {
  const refuse = (message: string) => new ConfigurationError(file, [{ line: 0, column: 0, path: "", message }]);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw refuse(`cannot be read: ${code === "ENOENT" ? "there is no such file" : code}`);
  }
  if (bytes.length > maxFileBytes) throw refuse(`has more than ${maxFileBytes} bytes`);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), folder: dirname(resolve(file)) };
  } catch {
    throw refuse("is not UTF-8 text");
  }
}

function readListen(written: Configuration, flag: string | undefined, report: Report): readonly ListenAddress[] {
  const path = flag === undefined ? ["listen"] : ["--listen"];
  const addresses = parseListen(flag ?? written.listen ?? defaults.listen);
  if (typeof addresses === "string") {
    report(path, addresses);
    return [];
  }
  if (written.publicUrl === undefined && !addresses.every(isLoopback)) {
    report(path, "is not a loopback address, so others will come: public_url must say in the configuration file by which URL");
  }
  return addresses;
}

function readLocalListen({ localListen }: Configuration, folder: string, report: Report): LocalListen | undefined {
  if (localListen === undefined) return undefined;
  const parsed = parseLocalListen(localListen, folder);
  if (typeof parsed !== "string") return parsed;
  report(["local_listen"], parsed);
  return undefined;
}

function readData(written: Configuration, flag: string | undefined, folder: string, report: Report): string {
  if ((flag ?? written.data) === "") report([flag === undefined ? "data" : "--data"], "must name a folder");
  if (flag !== undefined) return resolve(flag);
  // Only a path that is written in the file has to do with the file's folder: clients look for ./data where they are.
  return written.data === undefined ? resolve(defaults.data) : resolve(folder, written.data);
}

function readPublicUrl(written: Configuration, report: Report): string | undefined {
  if (written.publicUrl === undefined) return undefined;
  const problem = checkBaseUrl(written.publicUrl);
  if (problem !== undefined) report(["public_url"], problem);
  return withoutTrailingSlash(written.publicUrl);
}

function readTls(tls: Tls, folder: string, report: Report): TlsFiles {
  if (tls.certificateFile === "") report(["tls"], "needs certificate_file");
  if (tls.keyFile === "") report(["tls"], "needs key_file");
  // Without it Node would trust the public authorities for clients.
  if (tls.clientCaFile === "") report(["tls"], "needs client_ca_file: the authorities whose client certificates are accepted");
  return {
    certificateFile: resolve(folder, tls.certificateFile),
    keyFile: resolve(folder, tls.keyFile),
    clientCaFile: resolve(folder, tls.clientCaFile),
    ...(tls.crlFile === "" ? {} : { crlFile: resolve(folder, tls.crlFile) }),
  };
}

function readLimits({ limits }: Configuration, isPublic: boolean, report: Report): ConfiguredLimits {
  return {
    bodyBytes: limits?.bodyBytes ?? defaults.limits.bodyBytes,
    connections: limits?.connections ?? defaults.limits.connections,
    connectionsPerAddress: limits?.connectionsPerAddress ?? defaults.limits.connectionsPerAddress,
    queuedWrites: limits?.queuedWrites ?? defaults.limits.queuedWrites,
    openCalls: limits?.openCalls ?? defaults.limits.openCalls,
    rates: readRates(limits?.rates, isPublic, report),
  };
}

function readRealms(
  written: Configuration,
  context: RealmContext,
  report: Report,
): ReadonlyMap<string, RealmConfiguration> {
  const { [defaultRealm]: ofDefault = create(RealmSchema), ...others } = written.realms;
  const rows: readonly (readonly [string, Realm])[] = [[defaultRealm, ofDefault], ...Object.entries(others)];
  return new Map(rows.map(([name, realm]) => [name, readRealm(name, realm, { ...context, open: context.open && name === defaultRealm }, report)]));
}
