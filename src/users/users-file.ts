import { composed, parsePasswordHash, type PasswordHash } from "./password-hash.js";

/** A user as the file has it. */
export interface User {
  readonly name: string;
  readonly hash: PasswordHash;
  /** The policy that the user's registrations are bound to; "" for the way in's own. */
  readonly policy: string;
}

/** Users by name. */
export type Users = ReadonlyMap<string, User>;

/** What is wrong with a line, from 1. It never quotes the line. */
export interface UsersMistake {
  readonly line: number;
  readonly message: string;
}

/** The users of a file's text, one a line: name:hash or name:hash:policy. Empty lines and those that start with # are skipped. */
export function readUsers(text: string): { readonly users: Users; readonly mistakes: readonly UsersMistake[] } {
  const users = new Map<string, User>();
  const mistakes: UsersMistake[] = [];
  linesOf(text).forEach((line, i) => {
    if (isSilent(line)) return;
    const user = readLine(line);
    const problem = typeof user === "string" ? user : users.has(user.name) ? "names a user who has a line already" : undefined;
    if (problem !== undefined) mistakes.push({ line: i + 1, message: problem });
    else if (typeof user !== "string") users.set(user.name, user);
  });
  return { users, mistakes };
}

function readLine(line: string): User | string {
  const [name = "", hashText = "", policy = "", ...rest] = line.split(":");
  const problem = checkUserName(name);
  if (problem !== undefined) return `the name ${problem}`;
  if (rest.length > 0) return "has more than three parts: name:hash:policy";
  const hash = parsePasswordHash(hashText);
  if (typeof hash === "string") return `the hash ${hash}`;
  if (policy !== "" && !policyName.test(policy)) return "the policy's name is not one that a policy can have";
  return { name: composed(name), hash, policy };
}

const longestName = 255;
const longestPassword = 1024;

// As the configuration names policies.
const policyName = /^[a-z0-9][a-z0-9._-]*$/;

/** What keeps a name from being a user's; undefined when nothing does. */
export function checkUserName(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > longestName) return `has more than ${longestName} characters`;
  // RFC 7617 section 2: no colon, no control characters.
  if (/[:\p{Cc}\p{Cs}]/u.test(name)) return "has a colon or a control character";
  if (/^[\s#]|\s$/u.test(name)) return "begins with # or white space, or ends with white space";
  return undefined;
}

/** What keeps a password from being one; undefined when nothing does. */
export function checkPassword(password: string): string | undefined {
  if (password.length > longestPassword) return `has more than ${longestPassword} characters`;
  // RFC 7617 section 2.
  if (/[\p{Cc}\p{Cs}]/u.test(password)) return "has a control character";
  return undefined;
}

/** What keeps a name from being written as a policy's; undefined when nothing does. */
export function checkPolicyName(name: string): string | undefined {
  return policyName.test(name) ? undefined : "must be lower-case letters, digits, dots, hyphens and underscores";
}

/** The text with the user's line in the place of its old one, or at the end. Everything else stays. */
export function withUser(text: string, { name, hash, policy }: { readonly name: string; readonly hash: string; readonly policy: string }): string {
  const line = `${composed(name)}:${hash}${policy === "" ? "" : `:${policy}`}`;
  const lines = linesOf(text);
  const at = lines.findIndex((each) => isOf(each, name));
  return joined(at < 0 ? [...lines, line] : lines.with(at, line));
}

/** The text without the user's line. */
export function withoutUser(text: string, name: string): string {
  return joined(linesOf(text).filter((line) => !isOf(line, name)));
}

const isSilent = (line: string) => line.trim() === "" || line.startsWith("#");
const isOf = (line: string, name: string) => !isSilent(line) && composed(line.split(":", 1)[0]!) === composed(name);

function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

const joined = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
