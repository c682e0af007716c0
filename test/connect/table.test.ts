// What the door is built from, held against the program's own lists.

import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ErrorReason } from "../../gen/ts/matricula/v1/errors_pb.js";
import { errorAnswers, toConnectError } from "../../src/connect/errors.js";
import { servedServices } from "../../src/connect/handler.js";
import { errorKinds, RegistryError } from "../../src/domain/errors.js";
import { methods } from "../../src/service/access.js";
import { errorAnswer } from "./fixture.js";

describe("errors", () => {
  test("each kind has a reason of its own name, and each reason a kind", () => {
    const reasons = Object.values(ErrorReason).filter((value): value is string => typeof value === "string" && value !== "UNSPECIFIED");
    expect(errorKinds.map((kind) => ErrorReason[errorAnswers[kind].reason])).toEqual(errorKinds.map((kind) => kind.toUpperCase()));
    expect(new Set(errorKinds.map((kind) => errorAnswers[kind].reason)).size).toBe(reasons.length);
  });

  test("only a fault of our own is a fault to the caller", () => {
    const faults = [Code.Internal, Code.Unknown, Code.DataLoss] as readonly Code[];
    expect(errorKinds.filter((kind) => faults.includes(errorAnswers[kind].code))).toEqual(["internal"]);
  });

  test("the cause stays inside", () => {
    const error = toConnectError(new RegistryError("store_unavailable", "the store cannot write", { cause: new Error("/var/lib/secret"), retryAfter: 1.2 }));
    expect(error.cause).toBeUndefined();
    expect(errorAnswer(error)).toEqual({ code: "Unavailable", message: "the store cannot write", reason: "STORE_UNAVAILABLE", domain: "matricula", retrySeconds: 2, registration: undefined });
  });

  test("a long message is cut", () => {
    expect(toConnectError(new RegistryError("invalid_request", "x".repeat(100_000))).rawMessage.length).toBeLessThan(1000);
  });
});

test("every unary method of every service of ours has a row", () => {
  const names = servedServices().filter(({ typeName }) => typeName.startsWith("matricula.")).flatMap((service) => service.methods.map(({ name }) => `${service.typeName}.${name}`));
  expect(names.length).toBeGreaterThan(6);
  expect(names.filter((name) => !methods.has(name))).toEqual([]);
});
