import { RegistryError } from "../../domain/errors.js";
import { composed } from "../../users/password-hash.js";
import { checkPassword, checkUserName, type Users } from "../../users/users-file.js";
import type { Authorization } from "../authorization.js";
import { callerBy, type Caller } from "../caller.js";
import { createPasswordCheck, type PasswordCheckOptions } from "../password-check.js";
import type { WayIn } from "./way-in.js";

export interface BasicOptions extends PasswordCheckOptions {
  /** A realm's users as they are at this moment; undefined where it has no file of them. */
  readonly users: (realm: string) => Users | undefined;
}

/** A caller with what its line in the file binds it to. */
interface UserCaller extends Caller {
  readonly policy: string;
}

/** HTTP Basic (RFC 7617): a user of the realm's file. Whoever shows the same name again manages what it registered. */
export function createBasicWayIn({ users, ...options }: BasicOptions): WayIn {
  const check = createPasswordCheck(options);
  const way: WayIn = {
    name: "basic",
    challenge: "Basic",
    registers: true,
    manages: true,
    recognizes: ({ authorization }) => authorization?.scheme === "basic",
    identify(shown, { registry, realm, now }) {
      const given = readBasic(shown.authorization);
      // Neither says anything about a user: what it costs may differ.
      if (given === undefined || users(realm.name) === undefined) throw refused();
      const callerOf = (user: { readonly name: string; readonly policy: string } | undefined): UserCaller => {
        if (user === undefined) throw refused();
        return { ...callerBy(way, shown, { kind: "user", id: user.name, credentialId: user.name }), policy: user.policy };
      };
      const found = check(() => users(realm.name) ?? nobody, given.name, given.password, now, () => registry.limits.beginGuess(given.name, shown));
      return found instanceof Promise ? found.then(callerOf) : callerOf(found);
    },
    terms: (caller) => ({ policy: (caller as UserCaller).policy }),
  };
  return way;
}

const nobody: Users = new Map();

/** The same for an unknown user and a wrong password. */
const refused = () => new RegistryError("invalid_token", "the credentials are not valid here");

/** Name and password of a Basic header (RFC 7617 section 2): undefined for what is none. The first colon ends the name. */
export function readBasic(authorization: Authorization | undefined): { readonly name: string; readonly password: string } | undefined {
  if (authorization?.scheme !== "basic") return undefined;
  const bytes = Buffer.from(authorization.credentials, "base64");
  // Node reads past what is not base64; there is one right way to write the bytes.
  if (bytes.toString("base64") !== authorization.credentials) return undefined;
  const text = utf8(bytes);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  const name = composed(text.slice(0, colon));
  const password = composed(text.slice(colon + 1));
  return checkUserName(name) === undefined && checkPassword(password) === undefined ? { name, password } : undefined;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
