// The reference of client metadata as Markdown: what the field table says of each field, and its comment in the proto.
import { clientFields, credentialFields, metadataFields } from "../dist/domain/fields.js";

const file = "matricula/v1/client_metadata.proto";
const typeNames = { string: "string", strings: "array of strings", boolean: "boolean", number: "whole number", object: "object", tagged: "strings by language" };
const uriNames = { redirect: "redirection URI", page: "http or https URL", https: "https URL" };

/** Comments of the fields of the first message in a file, by field name: location paths are 4 (message), its index, 2 (field), its index. */
function comments({ messageType, sourceCodeInfo }) {
  const found = new Map();
  for (const { path, leadingComments } of sourceCodeInfo.location) {
    if (path.length !== 4 || path[0] !== 4 || path[1] !== 0 || path[2] !== 2) continue;
    found.set(messageType[0].field[path[3]].name, leadingComments.trim().replace(/\s*\n\s*/g, " "));
  }
  return found;
}

const cell = (text) => text.replaceAll("|", "\\|");
const bound = (row) => [
  Number.isFinite(row.maxItems) ? `${row.maxItems} entries` : "", Number.isFinite(row.maxLength) ? `${row.maxLength} characters` : "",
].filter((part) => part !== "").join(" of ");

function facts(row) {
  const said = [
    ["type", row.uri === undefined ? typeNames[row.type] : `${typeNames[row.type]}, ${uriNames[row.uri]}`],
    ["default", row.defaults.length === 0 ? "" : row.defaults.map((value) => `\`${value}\``).join(", ")],
    ["values", row.allowed.map((value) => `\`${value}\``).join(", ")],
    ["bound", bound(row)],
    ["languages", row.localizable ? `\`${row.name}#tag\`` : ""],
    ["error", row.error],
    ["defined in", row.clause],
  ];
  return said.filter(([, value]) => value !== "").map(([name, value]) => `| ${name} | ${cell(value)} |`).join("\n");
}

/** The page. */
export function fieldReference(set) {
  const said = comments(set.file.find(({ name }) => name === file));
  const offered = metadataFields.filter((row) => row.offered && row.localizes === "" && row.name !== "custom_attributes");
  const waiting = metadataFields.filter((row) => !row.offered && row.localizes === "").map(({ name }) => `\`${name}\``);
  const parts = [
    "# Client metadata",
    `Generated from [client_metadata.proto](../../proto/${file}); never edited. Members that are not listed here are ignored (RFC 7591 section 2), but for those that a realm declares.`,
    ...offered.map((row) => `## ${row.name}\n\n${said.get(row.name)}\n\n| | |\n|---|---|\n${facts(row)}`),
    "## What the service alone writes",
    ["| member | type | defined in |", "|---|---|---|", ...[...clientFields, ...credentialFields].map((row) => `| \`${row.name}\` | ${typeNames[row.type]} | ${row.clause} |`)].join("\n"),
    ...(waiting.length === 0 ? [] : ["## Known and not offered", `Treated as unknown: ${waiting.join(", ")}.`]),
  ];
  return `${parts.join("\n\n")}\n`;
}
