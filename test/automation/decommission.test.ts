import { join } from "node:path";
import { expect, test } from "vitest";
import { decommissionPlan } from "../../automation/decommission.ts";
import { readInputs } from "../../automation/inputs.ts";
import { stepsOf } from "../../automation/steps/steps.ts";

const { deployment } = await readInputs(join(import.meta.dirname, "..", "..", "examples", "institution"));
const steps = stepsOf(deployment);
const resource = (type: string, name: string, retainOnDelete: boolean) => ({
  urn: `urn:pulumi:testnet.wallet-long-lived::institutional-vault::${type}::${name}`,
  type,
  custom: true,
  retainOnDelete,
});
const states = new Map([
  [
    "wallet-long-lived" as const,
    [resource("aws:rds/instance:Instance", "wallet", true), resource("aws:kms/alias:Alias", "wallet", false)],
  ],
]);

test("no step comes before one that was built on what it removes", () => {
  const order = decommissionPlan(deployment, steps, states).steps.map(({ step }) => step);
  expect(order.length).toBeGreaterThan(9);
  for (const { id, dependsOn } of steps) {
    for (const other of dependsOn) {
      if (!order.includes(id) || !order.includes(other)) continue;
      expect(order.indexOf(id), `${id} before ${other}`).toBeLessThan(order.indexOf(other));
    }
  }
});

test("what is retained stays and everything else goes; a stack that nobody looked at says neither", () => {
  const plan = decommissionPlan(deployment, steps, states).steps;
  expect(plan.find(({ step }) => step === "wallet-long-lived")).toMatchObject({
    account: "111111111111",
    keeps: ["aws:rds/instance:Instance wallet"],
    removes: ["aws:kms/alias:Alias wallet"],
  });
  expect(plan.find(({ step }) => step === "policy-node1-long-lived")).toMatchObject({
    account: "222222222222",
  });
  expect(plan.find(({ step }) => step === "policy-node1-long-lived")?.keeps).toBeUndefined();
});

test("funds are every admin's word, recovery is the custodians'", () => {
  const { confirmations } = decommissionPlan(deployment, steps, states);
  const by = (word: string) => confirmations.find(({ what }) => what.includes(word))?.by;
  expect(by("funds")).toEqual(["Ada Admin", "Ben Keyes", "Cleo Locke"]);
  expect(by("recovery key")).toEqual(["Dora Safe", "Emil Vault"]);
});
