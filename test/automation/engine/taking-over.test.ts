import { describe, expect, it } from "vitest";
import { noProgress, type PlannedResource } from "../../../automation/engine/events.ts";
import { explainPending, explainTakeover, takeOver } from "../../../automation/engine/taking-over.ts";

const urn = (type: string, name: string) =>
  `urn:pulumi:testnet.wallet::institutional-vault::${type}::${name}`;

function planned(type: string, name: string, inputs: PlannedResource["inputs"]): PlannedResource {
  return { urn: urn(type, name), type, operation: "create", inputs, protect: false };
}

const role = planned("aws:iam/role:Role", "wallet-task", { name: "customer-testnet-wallet-task" });
const alias = planned("aws:kms/alias:Alias", "logs", { name: "alias/customer-testnet-logs" });
const key = planned("aws:kms/key:Key", "logs", { description: "Logs" });
const exists = "api error EntityAlreadyExists: it is there";
const progress = (...failed: (readonly [PlannedResource, string])[]) => ({
  ...noProgress,
  failed: failed.map(([resource, message]) => ({ urn: resource.urn, message })),
});

describe("what a create finds already there", () => {
  it("is taken over where its id follows from its arguments", () => {
    const adopt = new Map([["aws:kms/alias:Alias::logs", "alias/customer-testnet-logs"]]);
    const found = takeOver(
      progress([role, exists], [alias, exists], [key, exists]),
      [role, alias, key],
      adopt,
    );
    expect(found).toEqual(["aws:iam/role:Role::wallet-task"]);
    expect(adopt.get("aws:iam/role:Role::wallet-task")).toBe("customer-testnet-wallet-task");
    expect(adopt.has("aws:kms/key:Key::logs")).toBe(false);
  });

  it("is left where the create failed for another reason", () => {
    const adopt = new Map<string, string>();
    expect(takeOver(progress([role, "api error LimitExceeded: too many"]), [role], adopt)).toEqual([]);
    expect(adopt.size).toBe(0);
  });

  it.each([
    [1, "t:A n0 exists already and is taken over"],
    [2, "t:A n0, t:A n1 exist already and are taken over"],
    [5, "t:A n0, t:A n1, t:A n2, t:A n3, t:A n4 exist already and are taken over"],
    [7, "t:A n0, t:A n1, t:A n2, t:A n3, t:A n4 and 2 more exist already and are taken over"],
  ])("is named: %i", (count, text) => {
    expect(explainTakeover(Array.from({ length: count }, (_, n) => `t:A::n${n}`))).toBe(text);
  });
});

it.each([
  ["creating", "looked for by tag and name, and taken over"],
  ["updating", "done again where the preview shows that it did not happen"],
])("an operation that was cut off while %s says what becomes of it", (operation, text) => {
  expect(explainPending(operation, role.urn)).toContain(
    `${operation} aws:iam/role:Role wallet-task was cut off`,
  );
  expect(explainPending(operation, role.urn)).toContain(text);
});
