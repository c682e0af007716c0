// The corpus of hostile URIs (test/corpus): every seed in every field that holds a URI, with the verdict that the corpus has for its kind.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { emptyMetadata, metadataFields, setValue, type FieldRow } from "../../src/domain/fields.js";
import type { MetadataViolation } from "../../src/domain/metadata-json.js";
import type { UriContext } from "../../src/domain/uri.js";
import { validateFields } from "../../src/domain/validate.js";

const folder = join(import.meta.dirname, "../corpus");
const [head, ...lines] = readFileSync(join(folder, "uris.tsv"), "utf8").trimEnd().split("\n").map((line) => line.split("\t"));
const columns = head!.slice(2).map((title, i) => ({ title, at: i + 2, kind: title.split(" ")[0]!, client: title.split(" ")[1]! }));
const seeds = lines.map(([family, value, ...verdicts]) => ({ family: family!, value: JSON.parse(value!) as string, verdicts: ["", "", ...verdicts] }));
const fields = parse(readFileSync(join(folder, "fields.yaml"), "utf8")) as Record<string, string[]>;

const clients: Record<string, UriContext> = { web: { applicationType: "web", publicClient: false }, native: { applicationType: "native", publicClient: true } };

/** What is said before a URI is looked at as one. */
const before = ["length", "control_character", "text", "empty"];

function verdict(row: FieldRow, value: string, client: UriContext): string {
  const metadata = emptyMetadata();
  setValue(metadata, row, row.type === "strings" ? [value] : value);
  const violations: MetadataViolation[] = [];
  validateFields(metadata, client, violations);
  for (const { error, description } of violations) {
    expect(error).toBe(row.error);
    // DCR-73: nothing of the value that a log, a header or a page could stumble over.
    expect(description).toMatch(/^[\x20-\x7e]{1,400}$/);
  }
  return violations.length === 0 ? "ok" : violations.map(({ rule }) => rule).join(" ");
}

describe("the corpus of hostile URIs", () => {
  it("V28: has 300 seeds at least, none of them twice", () => {
    expect(seeds.length).toBeGreaterThanOrEqual(300);
    expect(new Set(seeds.map(({ value }) => value)).size).toBe(seeds.length);
  });

  it("has every field that holds a URI, under its kind", () => {
    const byKind: Record<string, string[]> = {};
    for (const row of metadataFields) if (row.uri !== undefined && row.offered) (byKind[row.uri] ??= []).push(row.name);
    expect(Object.fromEntries(Object.entries(fields).map(([kind, names]) => [kind, [...names].sort()]))).toEqual(Object.fromEntries(Object.entries(byKind).map(([kind, names]) => [kind, names.sort()])));
    for (const kind of Object.keys(byKind)) expect(columns.map((column) => column.kind)).toContain(kind);
  });

  describe.each(columns)("$title", ({ at, kind, client }) => {
    it.each(fields[kind]!)("DCR-82, BCP-11: %s", (name) => {
      const row = metadataFields.find((candidate) => candidate.name === name)!;
      for (const { value, verdicts } of seeds) {
        const said = verdict(row, value, clients[client]!);
        const expected = value === "" && row.type === "string" ? "uri.absolute" : verdicts[at]!;
        if (!before.includes(said)) expect(said, JSON.stringify(value)).toBe(expected);
        else expect([expected, value.length > row.maxLength], JSON.stringify(value)).not.toEqual(["ok", false]);
      }
    });
  });

  it("no scheme that a browser runs is taken for any kind or client", () => {
    for (const { family, value, verdicts } of seeds) if (family === "scheme") expect(verdicts.slice(2), value).not.toContain("ok");
  });

  it("NAT-03, LOG-01: neither a scheme of nobody's nor http elsewhere is where a browser is sent", () => {
    const sent = columns.filter((column) => column.kind === "redirect" || column.kind === "post_logout");
    for (const { value, verdicts } of seeds) {
      if (/^http:\/\/(?!127\.0\.0\.1[:/]|\[::1\][:/]|localhost[:/])/i.test(value)) for (const { at, title } of sent) expect(verdicts[at], `${title} ${value}`).not.toBe("ok");
    }
  });
});
