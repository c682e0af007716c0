// What writers were told, outside of the service: a file of lines, one for each attempt and one for each answer.

import { appendFileSync, readFileSync } from "node:fs";

export type Members = Readonly<Record<string, unknown>>;

/** An attempt is written before its request is sent, an answer as soon as it is read. */
export type Entry =
  | { readonly kind: "trying to register"; readonly key: string; readonly body: Members }
  | { readonly kind: "registered"; readonly key: string; readonly body: Members; readonly answer: Members }
  | { readonly kind: "trying to update"; readonly id: string }
  | { readonly kind: "updated"; readonly id: string; readonly answer: Members }
  | { readonly kind: "trying to delete"; readonly id: string }
  | { readonly kind: "deleted"; readonly id: string };

/** What must be true of one client. */
export interface Expected {
  readonly id: string;
  readonly token: string;
  readonly secret: string;
  /** "" when it was registered without one. */
  readonly key: string;
  readonly body: Members;
  /** The last answer that described it. */
  readonly answer: Members;
  readonly deleted: boolean;
  /** An update, a deletion that was asked for and not answered: it may or may not have happened. */
  readonly maybeUpdated: boolean;
  readonly maybeDeleted: boolean;
}

export class Ledger {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    appendFileSync(file, "");
  }

  write(entry: Entry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  entries(): Entry[] {
    return readFileSync(this.#file, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Entry);
  }
}

/** The clients that were acknowledged, and the keys of registrations that were never answered. */
export function expectations(entries: readonly Entry[]): { clients: Map<string, Expected>; unanswered: Map<string, Members> } {
  const clients = new Map<string, Expected>();
  const unanswered = new Map<string, Members>();
  const change = (id: string, by: Partial<Expected>) => clients.set(id, { ...clients.get(id)!, ...by });
  for (const entry of entries) {
    switch (entry.kind) {
      case "trying to register":
        if (entry.key !== "") unanswered.set(entry.key, entry.body);
        break;
      case "registered": {
        unanswered.delete(entry.key);
        const { client_id: id, registration_access_token: token, client_secret: secret } = entry.answer as Record<string, string>;
        // A repetition by key is told the same; whether it is the same is looked at where it is written.
        if (!clients.has(id!)) {
          clients.set(id!, { id: id!, token: token!, secret: secret!, key: entry.key, body: entry.body, answer: entry.answer, deleted: false, maybeUpdated: false, maybeDeleted: false });
        }
        break;
      }
      case "trying to update":
        change(entry.id, { maybeUpdated: true });
        break;
      case "updated":
        change(entry.id, { maybeUpdated: false, answer: entry.answer });
        break;
      case "trying to delete":
        change(entry.id, { maybeDeleted: true });
        break;
      case "deleted":
        change(entry.id, { deleted: true });
        break;
    }
  }
  return { clients, unanswered };
}
