// Prints a list as its pages come: a registry of ten million clients fits in no memory.

import type { JsonValue } from "@bufbuild/protobuf";
import { note, printLines, write, type Io } from "./io.js";
import { terminalJson } from "./terminal-text.js";

export interface PagePrinter<Row> {
  page(rows: readonly Row[]): Promise<void>;
  end(nextPageToken: string): Promise<void>;
}

/** How the rows of a list are printed. */
export interface RowForm<Row> {
  /** The member of the JSON document that holds them. */
  readonly member: string;
  readonly json: (row: Row) => JsonValue;
  readonly columns: readonly { readonly name: string; readonly width: number; readonly text: (row: Row) => string }[];
}

/** A printer of one JSON document, or of a table. */
export function pagePrinter<Row>(io: Io, form: RowForm<Row>, isJson: boolean): PagePrinter<Row> {
  return isJson ? jsonPrinter(io, form) : textPrinter(io, form);
}

function jsonPrinter<Row>(io: Io, { member, json }: RowForm<Row>): PagePrinter<Row> {
  let count = 0;
  let isOpen = false;
  return {
    async page(rows) {
      let text = isOpen ? "" : `{"${member}": [`;
      isOpen = true;
      for (const row of rows) text += `${count++ === 0 ? "" : ","}\n  ${terminalJson(json(row))}`;
      if (text !== "") await write(io.stdout, text);
    },
    async end(nextPageToken) {
      await write(io.stdout, `${count === 0 ? "" : "\n"}], "next_page_token": ${terminalJson(nextPageToken)}}\n`);
    },
  };
}

function textPrinter<Row>(io: Io, { columns }: RowForm<Row>): PagePrinter<Row> {
  let isFirst = true;
  return {
    async page(rows) {
      const lines = rows.map((row) => columns.map(({ text }) => text(row)));
      if (isFirst) lines.unshift(columns.map(({ name }) => name));
      isFirst = false;
      await printLines(io, lines.map((line) => line.map((cell, i) => cell.padEnd(columns[i]!.width)).join("  ").trimEnd()));
    },
    async end(nextPageToken) {
      if (nextPageToken !== "") await note(io, `there are more: add --all, or --page-token ${nextPageToken}`);
    },
  };
}

/** A page of an answer. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextPageToken: string;
}

/** Prints one page, or all of them. */
export async function printPages<Row>(
  printer: PagePrinter<Row>,
  { pageToken = "", isAll }: { readonly pageToken: string | undefined; readonly isAll: boolean },
  read: (pageToken: string) => Promise<Page<Row>>,
): Promise<void> {
  let next = pageToken;
  for (;;) {
    const page = await read(next);
    next = page.nextPageToken;
    await printer.page(page.rows);
    if (!isAll || next === "") return printer.end(next);
  }
}
