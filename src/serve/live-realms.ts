// The realms in force, and how a reload puts others in their place: all at once, between two calls, or not at all.

import { ConfigurationError, loadConfiguration, type LoadedConfiguration, type LoadOptions, type Mistake } from "../config/configuration.js";
import { readPolicyDocument } from "../config/policy-document.js";
import { readyMadePolicies } from "../config/ready-made.js";
import { RegistryError } from "../domain/errors.js";
import { compilePolicy } from "../domain/policy.js";
import type { ConfigurationSource, Reloaded } from "../service/configuration-source.js";
import type { Realm } from "../service/registry.js";
import { prepareRealm } from "./realms.js";
import type { OpenStatementIssuers, PreparedIssuers } from "./statement-issuers.js";
import { readStored, writeStored } from "./stored-policies.js";

export interface LiveRealms extends ConfigurationSource {
  readonly realms: () => ReadonlyMap<string, Realm>;
}

/** What of a realm follows a reload. The rest is built into what runs, and waits for a restart. */
const reloaded = ["waysIn", "policies", "customAttributes", "certificates", "tokenBinding", "quotas", "signedRequests"] as const satisfies readonly (keyof Realm)[];

export interface LiveRealmsOptions {
  readonly load: LoadOptions;
  readonly configuration: LoadedConfiguration;
  readonly realms: readonly Realm[];
  /** The service's own public URL. */
  readonly url: string;
  /** Whose statements are taken. */
  readonly statements: Pick<OpenStatementIssuers, "of" | "prepare">;
  /** Throws a sentence for a configuration that this build cannot carry out. */
  readonly demand: (configuration: LoadedConfiguration) => void;
}

/** Holds the realms, and reads the configuration for whoever asks. */
export function createLiveRealms(options: LiveRealmsOptions): LiveRealms {
  let current = options.configuration;
  const { data } = current;
  // One after the other: each is a file, a reload and a row of the log.
  let last: Promise<unknown> = Promise.resolve();
  let realms: ReadonlyMap<string, Realm> = new Map(options.realms.map((realm) => [realm.name, { ...realm, statementIssuers: options.statements.of(realm.name) }]));

  // As each realm was last written: one that is written no more goes on.
  let written = options.configuration.realms;

  /** To be called in turn: between what is read and what is put in force nobody else comes. */
  const reloadNow = async (): Promise<Reloaded> => {
    const next = loadAgain(options.load);
    demandStoredPolicies(current, next);
    const kept = new Map([...realms.keys()].map((name) => [name, next.realms.get(name) ?? written.get(name)!]));
    let issuers: PreparedIssuers;
    try {
      options.demand(next);
      issuers = await options.statements.prepare(kept.values());
    } catch (error) {
      const sentence = error instanceof Error ? error.message.replaceAll(/[^\x20-\x7e]/g, "?") : "the configuration cannot be carried out";
      throw new RegistryError("invalid_request", sentence, { cause: error });
    }
    try {
      const replaced = [...realms.values()].map((realm): [string, Realm] => {
        const now = next.realms.get(realm.name);
        if (now === undefined) return [realm.name, realm];
        const prepared = prepareRealm(next, now, options.url).realm;
        return [realm.name, { ...realm, ...Object.fromEntries(reloaded.map((key) => [key, prepared[key]])), statementIssuers: issuers.of(realm.name) }];
      });
      const restartNeeded = differences(options.configuration, next);
      realms = new Map(replaced);
      issuers.take();
      current = next;
      written = kept;
      return { fileHash: current.fileHash ?? "", restartNeeded };
    } catch (error) {
      issuers.drop();
      throw error;
    }
  };
  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const done = last.then(run);
    last = done.catch(() => {});
    return done;
  };
  return {
    realms: () => realms,
    readyMade: new Set(readyMadePolicies().keys()),
    readPolicy(realm, document) {
      const read = readPolicyDocument(document, realm.customAttributes);
      if (read.policy === undefined) throw mistaken("the policy has mistakes", read.mistakes);
      return compilePolicy(read.policy, read.version, realm.customAttributes);
    },
    isStored: (realm, name) => current.realms.get(realm.name)?.policies.get(name)?.stored === true,
    change: (realm, name, document, { demand, then }) =>
      inTurn(async () => {
        demand();
        const before = await readStored(data, realm.name, name);
        await writeStored(data, realm.name, name, document);
        try {
          await reloadNow();
          await then(before);
        } catch (error) {
          await writeStored(data, realm.name, name, before);
          // With the old file back, what was in force is read again; where the file itself is wrong, it is in force still.
          if (!(error instanceof RegistryError && error.kind === "invalid_request")) await reloadNow();
          throw error;
        }
      }),
    reload: () => inTurn(reloadNow),
  };
}

function loadAgain(load: LoadOptions): LoadedConfiguration {
  try {
    return loadConfiguration(load);
  } catch (error) {
    if (error instanceof ConfigurationError) throw mistaken("the configuration has mistakes; the one before goes on", error.mistakes);
    throw error;
  }
}

/** A start goes on without a stored policy that has a mistake; a reload that would cause one takes nothing into force. */
function demandStoredPolicies(before: LoadedConfiguration, after: LoadedConfiguration): void {
  const mistakes = [...after.realms].flatMap(([realm, { policies }]) => [...policies].flatMap(([name, { mistake }]): Mistake[] => {
    const known = before.realms.get(realm)?.policies.get(name)?.mistake;
    return mistake === undefined || mistake === known ? [] : [{ line: 0, column: 0, path: `realms.${realm}.policies`, message: `has a stored policy with a mistake: ${mistake}` }];
  }));
  if (mistakes.length > 0) throw mistaken("the configuration has mistakes; the one before goes on", mistakes);
}

/** Every mistake as a violation: the path is the field, and the sentence opens with the place. */
function mistaken(sentence: string, mistakes: readonly Mistake[]): RegistryError {
  const violations = mistakes.map(({ line, column, path, message }) => ({
    field: path, rule: "configuration", clause: "", description: `${line === 0 ? "" : `${line}:${column}: `}${path === "" ? "the document" : path} ${message}`.replaceAll(/[^\x20-\x7e]/g, "?"),
  }));
  return new RegistryError("invalid_request", `${sentence}: ${violations.map(({ description }) => description).join("; ")}`, { violations });
}

/** The keys, as the file writes them, whose change waits for a restart. */
function differences(before: LoadedConfiguration, after: LoadedConfiguration): string[] {
  const ofService = changedKeys(before, after, ["file", "fileHash", "realms"]);
  const names = new Set([...before.realms.keys(), ...after.realms.keys()]);
  const ofRealms = [...names].flatMap((name) => {
    const [one, other] = [before.realms.get(name), after.realms.get(name)];
    if (one === undefined || other === undefined) return [`realms.${name}`];
    return changedKeys(one, other, ["name", "statementIssuers", ...reloaded]).map((key) => `realms.${name}.${key}`);
  });
  return [...ofService, ...ofRealms];
}

function changedKeys(before: object, after: object, but: readonly string[]): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const valueOf = (holder: object, key: string) => JSON.stringify((holder as Record<string, unknown>)[key]);
  return [...keys].filter((key) => !but.includes(key) && valueOf(before, key) !== valueOf(after, key)).map((key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
