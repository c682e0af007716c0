import { create, type Message } from "@bufbuild/protobuf";
import { ClientFilterSchema, type ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientStateSchema, type ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { UsageError } from "./io.js";
import type { OptionName, OptionValues } from "./options.js";
import { parseTime } from "./values.js";

/** The option for each condition: a condition that is added to the filter and forgotten here does not compile. */
export const filterOptions = {
  states: "state",
  ownerId: "owner-id",
  credentialId: "credential-id",
  wayIn: "way-in",
  policy: "policy",
  softwareId: "software-id",
  issuedFrom: "issued-from",
  issuedBefore: "issued-before",
  grantType: "grant-type",
  redirectHost: "on-host",
  usedFrom: "used-from",
  usedBefore: "used-before",
  name: "client-name",
  softwareStatementIssuer: "statement-issuer",
} as const satisfies Record<Exclude<keyof ClientFilter, keyof Message>, OptionName>;

/** The options of every command that takes a filter. */
export const filterNames: readonly OptionName[] = Object.values(filterOptions);

/** The filter that the options ask for. */
export function filterOf(options: OptionValues): ClientFilter {
  const filter = create(ClientFilterSchema, { states: (options[filterOptions.states] ?? []).map(stateOf) });
  for (const member of textConditions) filter[member] = options[filterOptions[member]] ?? "";
  for (const member of timeConditions) {
    const name = filterOptions[member];
    const written = options[name];
    if (written !== undefined) filter[member] = parseTime(`--${name}`, written);
  }
  return filter;
}

const textConditions = ["ownerId", "credentialId", "wayIn", "policy", "softwareId", "grantType", "redirectHost", "name", "softwareStatementIssuer"] as const;
const timeConditions = ["issuedFrom", "issuedBefore", "usedFrom", "usedBefore"] as const;

function stateOf(written: string): ClientState {
  const prefixLength = ClientStateSchema.sharedPrefix?.length ?? 0;
  const states = ClientStateSchema.values.filter(({ number }) => number !== 0).map(({ name, number }) => ({ name: name.slice(prefixLength).toLowerCase(), number }));
  const found = states.find(({ name }) => name === written.toLowerCase());
  if (found === undefined) throw new UsageError(`--state takes one of: ${states.map(({ name }) => name).join(", ")}`);
  return found.number;
}
