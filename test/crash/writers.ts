// Writers that mix registrations, updates and deletions until the service is gone, and note everything in the ledger.

import { randomUUID } from "node:crypto";
import https from "node:https";
import { exchange, membersOf, type Answer, type Request } from "../program/http.js";
import type { Program } from "../program/program.js";
import { expectations, type Ledger } from "./ledger.js";
import type { Random } from "./random.js";

/** A client that writers may change: one at a time. */
interface Held {
  readonly id: string;
  readonly token: string;
}

export interface Writing {
  /** How many answers have come. */
  readonly answers: () => number;
  /** Resolves when every writer has met the end of the service; rejects on an answer that no crash explains. */
  readonly ended: Promise<unknown>;
}

/** Clients of earlier rounds that the writers of a new one may change. */
const inherited = 100;

/** Those that may be changed: there for certain, and registered without a key. */
function changeable(ledger: Ledger): Held[] {
  return [...expectations(ledger.entries()).clients.values()].filter(({ key, deleted, maybeDeleted }) => key === "" && !deleted && !maybeDeleted);
}

/** Starts `count` writers, each with a connection of its own. They change what they register, and what earlier ones have. */
export function startWriters(program: Program, ledger: Ledger, random: Random, count = 16): Writing {
  const known = changeable(ledger);
  const held: Held[] = Array.from({ length: Math.min(inherited, known.length) }, () => known.splice(random.between(0, known.length - 1), 1)[0]!);
  let answers = 0;

  async function write(): Promise<void> {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    /** Undefined when the service has gone. */
    const send = async (request: Request, status: number): Promise<Answer | undefined> => {
      let answer: Answer;
      try {
        answer = await exchange(program, { ...request, agent });
      } catch {
        return undefined;
      }
      if (answer.status !== status) throw new Error(`${request.method ?? "POST"} ${request.path} was answered with ${answer.status}: ${answer.text}`);
      answers += 1;
      return answer;
    };

    const register = async (key: string) => {
      const body = { redirect_uris: [`https://client.example/${random.between(1, 1_000_000)}`], client_name: `client ${random.between(1, 1_000_000)}`, software_id: key === "" ? randomUUID() : key };
      ledger.write({ kind: "trying to register", key, body });
      const request = { path: "/register", json: body, ...(key === "" ? {} : { headers: { "idempotency-key": key } }) };
      const answer = await send(request, 201);
      if (answer === undefined) return false;
      ledger.write({ kind: "registered", key, body, answer: membersOf(answer) });
      // What a key has answered is forgotten when its client changes: those are left as they are.
      const { client_id: id, registration_access_token: token } = membersOf(answer);
      if (key === "") held.push({ id, token });
      else if (random.next() < 0.3) {
        const again = await send(request, 201);
        if (again === undefined) return false;
        if (again.text !== answer.text) throw new Error(`the key ${key} was answered twice and not alike: ${answer.text} and ${again.text}`);
      }
      return true;
    };

    const update = async ({ id, token }: Held) => {
      const json = { client_id: id, redirect_uris: ["https://client.example/updated"], client_name: `updated ${random.between(1, 1_000_000)}` };
      ledger.write({ kind: "trying to update", id });
      const answer = await send({ method: "PUT", path: `/register/${id}`, token, json }, 200);
      if (answer === undefined) return false;
      ledger.write({ kind: "updated", id, answer: membersOf(answer) });
      held.push({ id, token });
      return true;
    };

    const remove = async ({ id, token }: Held) => {
      ledger.write({ kind: "trying to delete", id });
      if ((await send({ method: "DELETE", path: `/register/${id}`, token }, 204)) === undefined) return false;
      ledger.write({ kind: "deleted", id });
      return true;
    };

    for (let goesOn = true; goesOn; ) {
      const dice = random.next();
      const target = dice < 0.5 || held.length === 0 ? undefined : held.splice(random.between(0, held.length - 1), 1)[0];
      if (target === undefined) goesOn = await register(dice < 0.25 ? randomUUID() : "");
      else goesOn = dice < 0.8 ? await update(target) : await remove(target);
    }
    agent.destroy();
  }

  const ended = Promise.all(Array.from({ length: count }, write));
  ended.catch(() => {});
  return { answers: () => answers, ended };
}
