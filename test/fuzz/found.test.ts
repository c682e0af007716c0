// What the fuzz has found once, as cases of their own.

import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { doorNames, openDoor } from "../program/doors.js";
import { example } from "../program/http.js";
import { cleanUp, startProgram, type Program } from "../program/program.js";

let program: Program;
beforeAll(async () => {
  program = await startProgram({ open: true });
});
afterAll(cleanUp);

// protobuf-es took a byte order mark off the start of each text that it read, and so GET told another name than POST.
test.each(doorNames)("a text that begins with U+FEFF is read back as it was sent: %s", async (name) => {
  const sent: JsonObject = { ...example, client_name: "\ufeffname", example_attribute: "\ufeffone\ufeff" };
  const door = openDoor(program, name);
  const made = await door.register(sent);
  expect(made.refused).toBeUndefined();
  for (const other of ["gateway", "Connect JSON"] as const) {
    const own = openDoor(program, other, made.token!);
    expect((await own.read(made.clientId!)).metadata, other).toMatchObject(sent);
    own.close();
  }
  door.close();
});
