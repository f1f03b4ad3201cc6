import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { changesOf, noProgress, plannedResources, reduceEvent } from "../../../automation/engine/events.ts";

const urn = (type: string, name: string) =>
  `urn:pulumi:testnet.wallet::institutional-vault::${type}::${name}`;

function planned(op: string, name: string, inputs: Record<string, unknown> = {}): EngineEvent {
  const type = "aws:kms/key:Key";
  const state = { type, urn: urn(type, name), id: "", parent: "", inputs, outputs: {}, provider: "" };
  return {
    sequence: 1,
    timestamp: 1,
    resourcePreEvent: { metadata: { op, urn: urn(type, name), type, provider: "", new: state } },
  } as unknown as EngineEvent;
}

describe("what a preview plans", () => {
  it("hides secrets and unknown values", () => {
    const [resource] = plannedResources([
      planned("create", "key", {
        secret: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "canary" },
        later: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        list: ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "known"],
      }),
    ]);
    expect(resource?.inputs).toEqual({
      secret: "[secret]",
      later: "[unknown]",
      list: ["[unknown]", "known"],
    });
  });

  it("says replace once for the three events of a replacement", () => {
    const resources = plannedResources([
      planned("create-replacement", "key"),
      planned("replace", "key"),
      planned("delete-replaced", "key"),
    ]);
    expect(resources.map(({ operation }) => operation)).toEqual(["replace"]);
  });

  it("counts imports as creates", () => {
    expect(changesOf({ create: 2, import: 1, same: 4 })).toEqual({
      create: 3,
      update: 0,
      replace: 0,
      delete: 0,
      same: 4,
    });
  });
});

describe("progress from the engine's events", () => {
  const done = (name: string): EngineEvent =>
    ({
      sequence: 2,
      timestamp: 2,
      resOutputsEvent: {
        metadata: { op: "create", urn: urn("aws:kms/key:Key", name), type: "aws:kms/key:Key", provider: "" },
      },
    }) as EngineEvent;

  it("names what is under way and how many are done", () => {
    const events = [planned("create", "one"), planned("create", "two"), done("two")];
    const progress = events.reduce(reduceEvent, { ...noProgress, planned: 2 });
    expect(progress.line).toBe("1/2 · aws:kms/key:Key one");
  });

  it("keeps the failed resource with its message, without colours", () => {
    const diagnostic = {
      sequence: 3,
      timestamp: 3,
      diagnosticEvent: {
        urn: urn("aws:kms/key:Key", "one"),
        message: "<{%fg 1%}>api error AccessDenied<{%reset%}>",
        color: "never",
        severity: "error",
      },
    } as EngineEvent;
    expect(reduceEvent(noProgress, diagnostic).failed).toEqual([
      { urn: urn("aws:kms/key:Key", "one"), message: "api error AccessDenied" },
    ]);
  });

  it("passes over events of kinds that it does not know", () => {
    expect(
      reduceEvent(noProgress, { sequence: 4, timestamp: 4, somethingNew: {} } as unknown as EngineEvent),
    ).toBe(noProgress);
  });
});
