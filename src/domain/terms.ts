// What the credential that opens a registration asks of it, beyond the policy: metadata that stands whatever is asked, and the hosts of
// redirect URIs. What admitted a client goes on guarding it.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { decision, valueText, type DecisionRow } from "./decision.js";
import { customAttributesField, metadataFields, presentRows, setValue, taggedFields, valueOf, type FieldRow, type FieldValue } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { isOnHost } from "./redirect-hosts.js";

export interface RegistrationTerms {
  /** The way in that the credential is of: the rules are named after it. */
  readonly wayIn: string;
  /** Stands whatever is asked; checked when the credential was made. */
  readonly force?: ClientMetadata | undefined;
  /** The only hosts of redirect URIs, as readHostPattern gives them; any when absent or empty. */
  readonly redirectHosts?: readonly string[];
}

/** What stands whatever is asked, and the rule that decisions about it name. */
export interface Force {
  readonly rule: string;
  readonly force?: ClientMetadata | undefined;
}

/** Puts what is forced in the place of what was asked; answers with the names of the fields that were not the client's to choose. */
export function applyForce({ rule, force }: Force, metadata: ClientMetadata, decisions: DecisionRow[]): ReadonlySet<string> {
  const forced = new Set<string>();
  if (force === undefined) return forced;
  const decide = (field: string, asked: FieldValue, registered: FieldValue) => {
    if (valueText(asked) !== valueText(registered)) decisions.push(decision(field, asked, registered, { rule }));
  };
  for (const row of presentRows(force)) {
    if (!row.offered) continue;
    const value = valueOf(force, row);
    if (row.name === customAttributesField) {
      forceAttributes(row, metadata, value as Attributes, decide);
      continue;
    }
    decide(row.name, valueOf(metadata, row), value);
    setValue(metadata, row, value);
    forced.add(row.name);
    dropTagged(row, force, metadata, decide);
  }
  return forced;
}

type Attributes = Readonly<Record<string, FieldValue>>;
type Decide = (field: string, asked: FieldValue, registered: FieldValue) => void;

/** Each declared attribute stands for itself: those that are not forced stay as asked. */
function forceAttributes(row: FieldRow, metadata: ClientMetadata, forced: Attributes, decide: Decide): void {
  const asked = (valueOf(metadata, row) ?? {}) as Attributes;
  for (const [name, value] of Object.entries(forced)) decide(name, asked[name], value);
  setValue(metadata, row, { ...asked, ...forced });
}

/** A name in another language is a name: it must not say what the forced one does not. */
function dropTagged(row: FieldRow, force: ClientMetadata, metadata: ClientMetadata, decide: Decide): void {
  const twin = taggedFields.get(row.name);
  if (twin === undefined || valueOf(force, twin) !== undefined) return;
  decide(twin.name, valueOf(metadata, twin), undefined);
  setValue(metadata, twin, undefined);
}

const longestList = 300;

/** Where a user's browser is sent with something that is for the client, or after it: redirect_uris first. */
const redirections = metadataFields.filter((row) => row.uri === "redirect" || row.uri === "post_logout");

/** Holds the URIs that a browser is redirected to to the hosts that they may be on; they are never altered. */
export function checkRedirectHosts({ wayIn, redirectHosts = [] }: RegistrationTerms, metadata: ClientMetadata, violations: MetadataViolation[]): void {
  if (redirectHosts.length === 0) return;
  const listed = redirectHosts.join(", ");
  // An error must fit into header fields.
  const hosts = listed.length > longestList ? "that its credential names" : listed;
  for (const row of redirections) {
    ((valueOf(metadata, row) ?? []) as readonly string[]).forEach((uri, i) => {
      if (isOnHost(redirectHosts, uri)) return;
      const field = `${row.name}[${i}]`;
      violations.push({
        error: row.error, field, rule: `${wayIn}.redirect_host`, clause: "RFC 7591 section 5",
        description: `${field} must be an http or https URI on one of the hosts ${hosts}`,
      });
    });
  }
}
