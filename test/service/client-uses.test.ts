// What ClientUses promises about the store it writes to.

import { describe, expect, it } from "vitest";
import { RegistryError } from "../../src/domain/errors.js";
import type { Change, Writer } from "../../src/domain/ports.js";
import { ClientUses } from "../../src/service/client-uses.js";

/** A writer that takes what it is given, or refuses what `failing` says. */
function writer(failing: (unit: number) => boolean = () => false) {
  const units: (readonly Change[])[] = [];
  let calls = 0;
  let open = 0;
  let mostOpen = 0;
  const store: Writer = {
    async commit(unit) {
      mostOpen = Math.max(mostOpen, ++open);
      const fails = failing(calls++);
      await Promise.resolve();
      open -= 1;
      if (fails) throw new RegistryError("store_unavailable", "the disk is full");
      units.push(unit);
      return { committed: true, sequence: 0 };
    },
  };
  return { store, units, mostOpen: () => mostOpen };
}

const use = (clientId: string, at = 100) => ({ realm: "default", clientId, secretLabel: "", at });
const many = (count: number) => Array.from({ length: count }, (_, number) => use(`c${number}`));
const ids = (units: readonly (readonly Change[])[]) => units.flat().map((change) => (change.kind === "record_use" ? `${change.clientId} ${change.at}` : change.kind));

describe("a flush", () => {
  it("writes units that are short, one after the other", async () => {
    const { store, units, mostOpen } = writer();
    const uses = new ClientUses(store);
    uses.take(many(1001));
    await uses.flush();
    expect(ids(units)).toEqual(many(1001).map(({ clientId }) => `${clientId} 100`));
    expect(Math.max(...units.map((unit) => unit.length))).toBeLessThanOrEqual(250);
    expect(mostOpen()).toBe(1);
  });

  it("keeps what the store did not take, and the later of two uses", async () => {
    let failing = true;
    const { store, units } = writer((call) => failing && call === 1);
    const uses = new ClientUses(store);
    uses.take(many(300));
    const flushed = uses.flush();
    uses.take([use("c299", 105), use("c298", 95)]);
    await expect(flushed).rejects.toMatchObject({ kind: "store_unavailable" });
    expect(units).toHaveLength(1);
    failing = false;
    await uses.flush();
    const second = ids(units.slice(1)).sort();
    expect(second).toHaveLength(50);
    expect(second).toEqual(expect.arrayContaining(["c298 100", "c299 105", "c250 100"]));
  });

  it("waits for the one under way: after the last, everything is written", async () => {
    const { store, units, mostOpen } = writer();
    const uses = new ClientUses(store);
    uses.take([use("a")]);
    void uses.flush();
    uses.take([use("b")]);
    await uses.flush();
    expect(ids(units)).toEqual(["a 100", "b 100"]);
    expect(mostOpen()).toBe(1);
  });

  it("of two secrets of one client keeps both apart, and of two realms", async () => {
    const { store, units } = writer();
    const uses = new ClientUses(store);
    uses.take([use("a"), { ...use("a"), secretLabel: "1" }, { ...use("a"), secretLabel: "2" }, { ...use("a"), realm: "other" }]);
    await uses.flush();
    expect(units.flat()).toHaveLength(4);
  });
});
