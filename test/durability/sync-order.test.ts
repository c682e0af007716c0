import { expect, test } from "vitest";
import { parseTrace } from "./strace.js";
import { acknowledgementsByConnection, acknowledgementsByContent, unsynced, walSyncs } from "./sync-order.js";

const isAnswer = (call: { readonly args: string }, unit: string) => call.args.includes(`"ack ${unit}`);

function early(...lines: string[]): number {
  const calls = parseTrace(lines.join("\n"));
  return unsynced(calls, acknowledgementsByContent(calls, ["a"], isAnswer)).length;
}

const write = '11 pwrite64(7</d/m.db-wal>, "..a..", 4096, 24) = 4096';
const sync = "11 fdatasync(7</d/m.db-wal>)     = 0";
const ack = '10 write(1<pipe:[5]>, "ack a\\n", 6) = 6';

test("an answer after the sync of its write is in order", () => {
  expect(early(write, sync, ack)).toBe(0);
});

test("an answer without a sync, before it, or after a failed one is not", () => {
  expect(early(write, ack)).toBe(1);
  expect(early(write, ack, sync)).toBe(1);
  expect(early(write, "11 fdatasync(7</d/m.db-wal>)     = -1 EIO (Input/output error) (INJECTED)", ack)).toBe(1);
});

test("a sync that began before the write, or of another file, does not count", () => {
  expect(early("12 fdatasync(7</d/m.db-wal> <unfinished ...>", write, "12 <... fdatasync resumed>)     = 0", ack)).toBe(1);
  expect(early(write, "11 fdatasync(8</d/m.db>)     = 0", ack)).toBe(1);
});

test("an answer while the sync is still running is early, one after its return is not", () => {
  const began = "11 fdatasync(7</d/m.db-wal> <unfinished ...>";
  const returned = "11 <... fdatasync resumed>)     = 0 (DELAYED)";
  expect(early(write, began, ack, returned)).toBe(1);
  expect(early(write, began, returned, ack)).toBe(0);
  expect(walSyncs(parseTrace([began, returned].join("\n")))).toMatchObject([{ thread: 11, began: 0, returned: 1 }]);
});

test("encrypted answers are paired with the read before them, connection by connection", () => {
  const calls = parseTrace(
    [
      '10 read(20<socket:[1]>, "x", 65536) = 80',
      '10 read(21<socket:[2]>, "x", 65536) = 80',
      sync,
      '10 write(20<socket:[1]>, "y", 90) = 90',
      '10 read(20<socket:[1]>, "x", 65536) = 80',
      '10 write(21<socket:[2]>, "y", 90) = 90',
      '10 write(20<socket:[1]>, "y", 90) = 90',
    ].join("\n"),
  );
  const pairs = acknowledgementsByConnection(calls, (path) => path.startsWith("socket:"));
  expect(pairs).toHaveLength(3);
  expect(unsynced(calls, pairs).map(({ unit }) => unit)).toEqual(["socket:[1] line 6"]);
});
