import { parseArgs } from "node:util";
import { rows } from "./rows.mjs";

const doors = rows.filter((row) => row.server === "matricula").map((row) => row.name);

/** What `--help` prints. */
export const usage = `npm run bench -- [OPTION...]

  --requests N    requests of one turn of a row (default 4000, with --profile 10000)
  --in-flight N   requests in flight, the same for every row (default 64)
  --rounds N      rounds, in each of which every row has one turn; the table holds medians (default 15)
  --rows A,B      only these rows: ${rows.map((row) => row.name).join(", ")}
  --json FILE     writes the figures, each round's too
  --folder DIR    where data folders are made (default: the system's temporary folder); must be on a disk
  --profile       instead: a CPU profile of each thread in bench/profiles/, and where its time went (default row gateway-h1)
  --scale [N]     instead: lookups, authentications, lists and counts over N stored clients (default 1000000), each for --seconds (default 10)
  --watch [N]     instead: how long a change takes to N client caches (default 100), for --seconds; builds the TypeScript package first
  --against REF   instead: builds REF and alternates it with this build, doors only
  --help

node bench/cost.mjs              microseconds of each step of a registration, in process
node bench/memory.mjs [--small]  memory after 20,000 and after 200,000 registrations`;

/** Reads the command line. Throws a sentence for what it does not know. */
export function readOptions(args) {
  const { values } = parseArgs({
    args: withNumber(withNumber(args, "--scale", "1000000"), "--watch", "100"),
    options: {
      requests: { type: "string" },
      "in-flight": { type: "string" },
      rounds: { type: "string" },
      rows: { type: "string" },
      json: { type: "string" },
      folder: { type: "string" },
      profile: { type: "boolean", default: false },
      against: { type: "string" },
      scale: { type: "string" },
      watch: { type: "string" },
      seconds: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { profile, against, scale, watch, json, folder, help } = values;
  if (scale !== undefined && (profile || against !== undefined)) throw new Error("--scale stands alone: leave out --profile and --against");
  if (profile && (against !== undefined || json !== undefined)) throw new Error("--profile stands alone: leave out --against and --json");
  const inFlight = count(values["in-flight"], "--in-flight", 64);
  const requests = count(values.requests, "--requests", profile ? 10_000 : 4_000);
  if (requests < inFlight) throw new Error("--requests must not be less than --in-flight");
  return {
    requests,
    inFlight,
    rounds: profile ? 1 : count(values.rounds, "--rounds", 15),
    rows: rowsNamed(values.rows, profile ? ["gateway-h1"] : against === undefined ? rows.map((row) => row.name) : doors, profile || against !== undefined),
    json,
    folder,
    profile,
    against,
    scale: scale === undefined ? undefined : count(scale, "--scale"),
    watch: watch === undefined ? undefined : count(watch, "--watch"),
    seconds: count(values.seconds, "--seconds", 10),
    help,
  };
}

/** An option that may stand alone, and then means a number. */
function withNumber(args, option, number) {
  const at = args.indexOf(option);
  return at < 0 || /^[0-9]/.test(args[at + 1] ?? "") ? args : args.toSpliced(at + 1, 0, number);
}

function count(text, option, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new Error(`${option} must be a whole number above 0`);
  return Number(text);
}

function rowsNamed(text, otherwise, doorsOnly) {
  const names = text === undefined ? otherwise : text.split(",");
  const known = doorsOnly ? doors : rows.map((row) => row.name);
  for (const name of names) if (!known.includes(name)) throw new Error(`there is no row ${name} here; the rows are ${known.join(", ")}`);
  return rows.filter((row) => names.includes(row.name)).map((row) => row.name);
}
