// What happens to an app of which every installation is a client of its own when one of their secrets leaks.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { connect, createClientCache } from "../../gen/ts/dist/index.js";

const app = "com.example.beetle";
const run = promisify(execFile);

/** Tells the story on a running registry, and gives its numbers. `matricula` is the command, without its arguments. */
export async function tellStory({ url, data, installations, matricula, say }) {
  const operator = async (...words) => {
    say(`  $ matricula ${words.map((word) => (word.includes(" ") ? `'${word}'` : word)).join(" ")}`);
    const [file, ...before] = matricula;
    const { stdout } = await run(file, [...before, ...words, "--data", data]);
    return stdout.split("\n", 1)[0];
  };

  const began = performance.now();
  const clients = await registerAll(url, data, installations);
  const registering = seconds(began);
  say(`${count(installations)} installations of ${app} have registered, each with a secret of its own, in ${registering} s.`);

  const authorizationServer = await startAuthorizationServer(url, data);
  for (const client of clients) if (!(await authorizationServer.grants(client))) throw new Error(`${client.id} does not authenticate`);
  say(`The authorization server has a copy of all of them, and every one authenticates.`);

  const leaked = clients[Math.floor(installations / 2)];
  const others = clients.filter((client) => client !== leaked);
  say(`The secret of ${leaked.id} is posted in a forum. Eight machines use it as fast as they can, while the others go on as ever.`);
  const flood = callers(8, () => leaked, authorizationServer);
  let turn = 0;
  const honest = callers(4, () => others[turn++ % others.length], authorizationServer);
  await Promise.all([flood.reach(1_000), honest.reach(others.length)]);

  const one = await operator("suspend", leaked.id, "--reason", "posted in a forum");
  const answered = performance.now();
  const before = { ...flood.sums };
  await flood.refused();
  await Promise.all([flood.reach(flood.sums.calls + 1_000), honest.reach(honest.sums.calls + others.length)]);
  const floodSums = await flood.end();
  const honestSums = await honest.end();
  const refusedAfterMs = flood.lastGrant() - answered;
  say(`  ${one}`);
  say(`The flood had ${count(before.calls)} requests granted. The last was ${Math.abs(Math.round(refusedAfterMs))} ms ${refusedAfterMs < 0 ? "before" : "after"} the command ended; ${count(floodSums.refused)} were refused since.`);
  say(`The other ${count(others.length)} made ${count(honestSums.calls)} requests meanwhile, each in turn, and ${count(honestSums.refused)} failed.`);

  say(`Then it turns out that the app itself is at fault. All of its installations are held at once:`);
  const allBegan = performance.now();
  const all = await operator("suspend", "--software-id", app, "--reason", "the app leaks them", "--yes");
  const allAnswered = performance.now();
  await Promise.all(others.map((client) => authorizationServer.refuses(client)));
  const allRefusedAfterMs = performance.now() - allAnswered;
  say(`  ${all}`);
  say(`The command took ${((allAnswered - allBegan) / 1000).toFixed(1)} s; ${Math.round(allRefusedAfterMs)} ms later the authorization server refused the last of them.`);
  await authorizationServer.close();
  return {
    installations, registering: Number(registering), floodGranted: before.calls, floodRefused: floodSums.refused, refusedAfterMs, others: others.length,
    othersCalls: honestSums.calls, othersFailed: honestSums.refused, all, allRefusedAfterMs,
  };
}

/** Every installation registers by itself (RFC 7591), as an app does when it is first started. */
async function registerAll(url, data, installations) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: await readFile(join(data, "pki/ca.pem")) });
  const numbers = Array.from({ length: installations }, (_, number) => number);
  const clients = await Promise.all(
    numbers.map(async (number) => {
      const { client_id: id, client_secret: secret } = await post(`${url}/register`, agent, {
        software_id: app, software_version: "2.1.0", client_name: `Beetle, installation ${number}`, redirect_uris: [`${app}:/signed-in`],
      });
      return { id, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
    }),
  );
  agent.destroy();
  return clients;
}

async function post(url, agent, body) {
  const sent = request(url, { method: "POST", agent, headers: { "content-type": "application/json" } });
  sent.end(JSON.stringify(body));
  const [response] = await once(sent, "response");
  const answer = Buffer.concat(await response.toArray()).toString();
  if (response.statusCode !== 201) throw new Error(`${response.statusCode}: ${answer}`);
  return JSON.parse(answer);
}

/** As much of an authorization server as there is to a client that authenticates: the rest is its own business. */
async function startAuthorizationServer(url, data) {
  const pki = (name) => join(data, "pki", name);
  const registry = await connect({ url, caFile: pki("ca.pem"), certFile: pki("admin.pem"), keyFile: pki("admin.key") });
  const clients = createClientCache({ transport: registry.transport, filter: { softwareId: app } });
  await clients.ready;
  const grants = async ({ authorization }) => (await clients.authenticate({ authorization })).outcome === "authenticated";
  return {
    grants,
    /** Resolves when it refuses the client. */
    async refuses(client) {
      while (await grants(client)) await nextTurn();
    },
    async close() {
      await clients.close();
      await registry.close();
    },
  };
}

/** So many callers at once, each with one token request after the other, until they are ended. */
function callers(width, whose, authorizationServer) {
  const sums = { calls: 0, refused: 0 };
  let lastGrant = 0;
  let goesOn = true;
  const until = async (isSo) => {
    while (!isSo()) await nextTurn();
  };
  const done = Promise.all(
    Array.from({ length: width }, async () => {
      while (goesOn) {
        const granted = await authorizationServer.grants(whose());
        sums.calls += 1;
        if (granted) lastGrant = performance.now();
        else sums.refused += 1;
        await nextTurn();
      }
    }),
  );
  return {
    sums,
    lastGrant: () => lastGrant,
    reach: (calls) => until(() => sums.calls >= calls),
    refused: () => until(() => sums.refused > 0),
    async end() {
      goesOn = false;
      await done;
      return sums;
    },
  };
}

const count = (number) => number.toLocaleString("en");
const seconds = (began) => ((performance.now() - began) / 1000).toFixed(1);
