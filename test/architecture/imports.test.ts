// Imports go one way: domain <- service <- {connect, gateway} <- main (docs/ and the design). Read from the source files themselves.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { describe, expect, it, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => join("src", path))
  .sort();
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

/** The code without its comments: what is said there is not done. */
const codeOf = (file: string) => textOf(file).replace(/\/\*[^]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");

interface Import {
  readonly file: string;
  /** A path from the root, or a package's name. */
  readonly target: string;
  /** Erased when the program runs. */
  readonly typeOnly: boolean;
}

const statement = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^;"'`]*?from\s+["']([^"']+)["']|(?:^|\n)\s*import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|new URL\(\s*["'](\.[^"']+)["']/g;

function importsOf(file: string): Import[] {
  return [...codeOf(file).matchAll(statement)].map(([, type, from, bare, dynamic, url]) => {
    const specifier = (from ?? bare ?? dynamic ?? url)!;
    const target = specifier.startsWith(".") ? relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, ".ts") : specifier;
    return { file, target, typeOnly: type !== undefined };
  });
}

const imports = files.flatMap(importsOf);
const builtin = (target: string) => builtinModules.includes(target.replace(/^node:/, ""));
const inFolder = (target: string, ...folders: readonly string[]) => folders.some((folder) => target.startsWith(`${folder}/`));

/** The files of net/ that are about one request, whatever carried it: all that a door needs to know of HTTP. */
const requestFiles = ["src/net/request.ts", "src/net/request-body.ts"];

/** For each folder of src: the folders of ours, the single files, and the packages, that its files may import. `gen` is the schema: a data model. */
const rules: Readonly<Record<string, { readonly folders: readonly string[]; readonly files?: readonly string[]; readonly packages: readonly string[]; readonly builtins?: readonly string[] }>> = {
  "src/domain": { folders: ["src/domain", "gen"], packages: ["@bufbuild/protobuf"], builtins: ["node:buffer", "node:crypto", "node:zlib"] },
  // The command line writes the file of users that the service reads.
  "src/users": { folders: ["src/users"], packages: [], builtins: ["node:crypto"] },
  "src/service": { folders: ["src/service", "src/users", "src/domain", "gen"], packages: ["@bufbuild/protobuf", "jose"], builtins: ["node:crypto"] },
  "src/gateway": { folders: ["src/gateway", "src/service", "src/domain", "gen"], files: requestFiles, packages: ["@bufbuild/protobuf"] },
  "src/connect": { folders: ["src/connect", "src/service", "src/domain", "gen"], files: requestFiles, packages: ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-node"] },
  "src/store": { folders: ["src/store", "src/domain"], packages: ["better-sqlite3"] },
  "src/net": { folders: ["src/net"], packages: ["@peculiar/x509", "reflect-metadata"] },
  "src/config": { folders: ["src/config", "src/domain", "gen"], packages: ["@bufbuild/protobuf", "yaml"] },
  "src/observe": { folders: ["src/observe", "src/service", "src/domain", "gen"], packages: ["pino"] },
  // The command line is a client like any other: it knows the schema and no part of the server, but for how a user is written.
  "src/cli": { folders: ["src/cli", "src/users", "gen"], packages: ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-node"] },
};

const packageOf = (target: string) => target.split("/").slice(0, target.startsWith("@") ? 2 : 1).join("/");

describe.each(Object.entries(rules))("%s", (folder, { folders, files: single = [], packages, builtins }) => {
  const own = imports.filter(({ file }) => inFolder(file, folder));

  it("imports something, so that this test sees it", () => expect(own.length).toBeGreaterThan(0));

  it("imports what it may, and nothing else", () => {
    const strange = own.filter(({ target }) => {
      if (builtin(target)) return builtins !== undefined && !builtins.includes(target);
      // Its version stands in one place.
      if (target === "package.json") return folder !== "src/cli";
      if (target.startsWith("src/") || target.startsWith("gen/")) return !inFolder(target, ...folders) && !single.includes(target);
      return !packages.includes(packageOf(target));
    });
    expect(strange).toEqual([]);
  });
});

test("every folder of src has its row above, but for the composition root", () => {
  const folders = new Set(files.map((file) => file.split("/").slice(0, 2).join("/")));
  expect([...folders].sort()).toEqual([...Object.keys(rules), "src/main.ts", "src/serve"].sort());
});

test("nothing imports the composition root but main.ts", () => {
  expect(imports.filter(({ file, target }) => inFolder(target, "src/serve") && !inFolder(file, "src/serve")).map(({ file }) => file)).toEqual(["src/main.ts"]);
});

test("the two doors do not know each other, and no store another", () => {
  expect(imports.filter(({ file, target }) => (inFolder(file, "src/gateway") && inFolder(target, "src/connect")) || (inFolder(file, "src/connect") && inFolder(target, "src/gateway")))).toEqual([]);
  expect(imports.filter(({ file, target }) => (inFolder(file, "src/store/memory") && inFolder(target, "src/store/sqlite")) || (inFolder(file, "src/store/sqlite") && inFolder(target, "src/store/memory")))).toEqual([]);
});

test("what a door knows of a request draws nothing else of net/ in", () => {
  const strange = imports.filter(({ file, target }) => requestFiles.includes(file) && !builtin(target) && !requestFiles.includes(target));
  expect(strange).toEqual([]);
});

test("a driver's name is in its store's folder alone", () => {
  expect(imports.filter(({ file, target }) => target === "better-sqlite3" && !inFolder(file, "src/store/sqlite"))).toEqual([]);
});

test("jose's name is where tokens of others are looked at alone", () => {
  expect(imports.filter(({ file, target }) => target === "jose" && !inFolder(file, "src/service/ways-in", "src/service/authentication"))).toEqual([]);
});

test("every import of ours is of a file that is there", () => {
  const missing = imports.filter(({ target }) => /^(?:src|gen)\//.test(target) && !existsSync(join(root, target)) && !existsSync(join(root, target.replace(/\.ts$/, ".js"))) && !existsSync(join(root, target.replace(/\.ts$/, ".d.ts"))));
  expect(missing).toEqual([]);
});

test("no file imports itself in a circle within domain/ and service/", () => {
  const graph = new Map(files.map((file) => [file, imports.filter((one) => one.file === file && !one.typeOnly).map(({ target }) => target)]));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (graph.get(from) ?? []).some((next) => next === to || (!seen.has(next) && (seen.add(next), reaches(next, to, seen))));
  expect(files.filter((file) => inFolder(file, "src/domain", "src/service") && reaches(file, file))).toEqual([]);
});

describe("domain/, service/ and gateway/ are given the clock and chance, and do not reach for them", () => {
  const pure = files.filter((file) => inFolder(file, "src/domain", "src/service"));
  const reaching = /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bprocess\.|\bsetTimeout\b|\bsetInterval\b|\brandomBytes\s*}?\s*from\b|\bfetch\(|\bconsole\./;
  it.each([...pure, ...files.filter((file) => inFolder(file, "src/gateway"))])("%s", (file) => expect(codeOf(file)).not.toMatch(reaching));
  // A request's id is a name for logs, not a value of the registry, and its stopwatch no clock.
  it.each(pure.filter((file) => file !== "src/service/front.ts"))("%s makes no id of its own", (file) => expect(codeOf(file)).not.toMatch(/\brandomUUID\b|\bperformance\.now\b/));
});

test("domain/ knows no code of HTTP or gRPC", () => {
  expect(files.filter((file) => inFolder(file, "src/domain") && /\b(?:statusCode|writeHead|ConnectError|Code\.[A-Z])/.test(codeOf(file)))).toEqual([]);
});

test("a TLS socket's word on its peer is taken in one file", () => {
  expect(files.filter((file) => /\.authorized\b|\.authorizationError\b|getPeerCertificate|getPeerX509Certificate/.test(codeOf(file)))).toEqual(["src/net/peer-certificate.ts"]);
});

test("TLS options are built in one file, and no ticket is switched on", () => {
  const builders = files.filter((file) => /SSL_OP_NO_TICKET|rejectUnauthorized\s*:/.test(codeOf(file)) && !inFolder(file, "src/cli"));
  expect(builders).toEqual(["src/net/tls.ts"]);
});

test("secrets are compared in constant time, in one file", () => {
  expect(files.filter((file) => /timingSafeEqual/.test(codeOf(file)))).toEqual(["src/domain/credentials.ts"]);
});

test("no room is called after nothing", () => {
  const empty = /(?:^|[-/])(?:utils?|helpers?|common|misc|managers?|shared)(?:[-/.]|$)/;
  expect(files.filter((file) => empty.test(relative("src", file)))).toEqual([]);
});

test("sister stores have the same names for the same things", () => {
  const names = (folder: string) => files.filter((file) => inFolder(file, folder)).map((file) => basename(file));
  for (const name of names("src/store/memory").filter((file) => file !== "tables.ts")) expect(names("src/store/sqlite")).toContain(name);
});

describe("every folder's main file opens with a sentence that says what the folder is for", () => {
  const mains: Readonly<Record<string, string>> = {
    domain: "errors.ts", service: "access.ts", gateway: "errors.ts", connect: "handler.ts", net: "server.ts", config: "configuration.ts",
    serve: "serve.ts", cli: "run-command.ts", observe: "logger.ts", users: "password-hash.ts", "store/memory": "store.ts", "store/sqlite": "store.ts",
  };
  it.each(Object.entries(mains))("%s", (folder, main) => {
    const [first = ""] = textOf(join("src", folder, main)).split("\n");
    expect(first).toMatch(/^\/\/ .{40,}/);
  });
});

test("no file past 400 lines", () => {
  expect(files.filter((file) => textOf(file).split("\n").length > 400)).toEqual([]);
});
