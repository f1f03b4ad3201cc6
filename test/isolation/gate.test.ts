import { describe, expect, test } from "vitest";
import { gateFindings } from "../../isolation/gate.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import { type PolicyBearing, policyBearing } from "../../isolation/planned-policies.ts";
import { policyText } from "../../isolation/policy.ts";
import { fixtureModel } from "./fixture.ts";

const model = fixtureModel();
const stack = "policy-node1-long-lived";
const stacks = [
  "baseline-infrastructure",
  "baseline-policy-node1",
  "wallet-long-lived",
  stack,
  "nitro-nodes",
] as const;

/** A plan of exactly what the model has. */
function planOf(name: string): PlannedPart[] {
  return policyBearing(model, name).map((part, index) => ({
    urn: `urn:pulumi:testnet.${name}::institutional-vault::${part.type}::part${index}`,
    type: part.type,
    operation: "create",
    inputs: inputsOf(part),
  }));
}

function inputsOf({ type, by: [input, value], documents, settings }: PolicyBearing): Record<string, unknown> {
  const [role, name] = value.split("/");
  return {
    ...(type === "aws:iam/rolePolicy:RolePolicy" ? { role, name } : { [input]: value }),
    ...Object.fromEntries(Object.entries(settings).map(([setting, [first]]) => [setting, first])),
    ...Object.fromEntries(
      Object.entries(documents).flatMap(([key, document]) =>
        document === null ? [] : [[key, policyText(document)]],
      ),
    ),
  };
}

function changed(change: (part: PlannedPart) => PlannedPart, type = "aws:kms/key:Key"): PlannedPart[] {
  const parts = planOf(stack);
  const index = parts.findIndex((part) => part.type === type);
  return parts.map((part, at) => (at === index ? change(part) : part));
}

const messages = (parts: readonly PlannedPart[], allowReplacement = false) =>
  gateFindings(model, stack, parts, allowReplacement).map(({ message }) => message);

describe("the gate before an update", () => {
  test.each(stacks)("lets %s pass when its plan is the model", (name) => {
    expect(planOf(name).length).toBeGreaterThan(0);
    expect(gateFindings(model, name, planOf(name), false)).toEqual([]);
  });

  test("takes documents that say the same for the same", () => {
    const rewritten = changed((part) => {
      const { Statement: statements } = JSON.parse(String(part.inputs.policy)) as {
        Statement: { Action: string | string[] }[];
      };
      const Statement = statements.map((one) => ({ ...one, Action: [one.Action].flat().reverse() }));
      return {
        ...part,
        inputs: { ...part.inputs, policy: JSON.stringify({ Statement, Version: "2012-10-17" }) },
      };
    });
    expect(messages(rewritten)).toEqual([]);
  });

  test("refuses a widened document", () => {
    const widened = changed((part) => ({
      ...part,
      inputs: {
        ...part.inputs,
        policy: String(part.inputs.policy).replace("kms:GenerateDataKeyWithoutPlaintext", "kms:*"),
      },
    }));
    expect(messages(widened)).toEqual(["policy differs from the model that has been proven"]);
  });

  const unknownPolicy =
    "has no policy that is known before the update; where there is none, the cloud chooses one of its own";

  test.each(["[unknown]", "[secret]"])("refuses a document that is %s", (value) => {
    const hidden = changed((part) => ({ ...part, inputs: { ...part.inputs, policy: value } }));
    expect(messages(hidden)).toEqual([unknownPolicy]);
  });

  test("refuses a resource without its document", () => {
    const bare = changed((part) => ({ ...part, inputs: { ...part.inputs, policy: undefined } }));
    expect(messages(bare)).toEqual([unknownPolicy]);
  });

  test.each([
    ["multiRegion", true],
    ["bypassPolicyLockoutSafetyCheck", true],
    ["customKeyStoreId", "cks-1"],
  ])("refuses a key whose %s is %s", (setting, value) => {
    const set = changed((part) => ({ ...part, inputs: { ...part.inputs, [setting]: value } }));
    expect(messages(set)).toEqual([expect.stringContaining(`${setting} is ${JSON.stringify(value)}`)]);
  });

  test("refuses a resource that the model does not have, and misses one that it has", () => {
    const renamed = changed((part) => ({ ...part, inputs: { ...part.inputs, description: "Another key" } }));
    expect(messages(renamed)).toEqual([
      "is not in the model that has been proven",
      "is in the model that has been proven, but the stack does not plan it",
    ]);
  });

  test.each(["delete", "replace"] as const)(
    "refuses to %s what carries a policy, unless that is agreed",
    (operation) => {
      const doomed = changed((part) => ({ ...part, operation }));
      expect(messages(doomed)[0]).toContain(
        operation === "delete" ? "is to be deleted" : "is to be replaced",
      );
      expect(messages(doomed, true)).toEqual(
        operation === "delete"
          ? ["is in the model that has been proven, but the stack does not plan it"]
          : [],
      );
    },
  );

  test.each([
    "aws:kms/grant:Grant",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/user:User",
    "aws:lambda/function:Function",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "random:index/randomPassword:RandomPassword",
  ])("refuses a resource of type %s", (type) => {
    const part = { ...(planOf(stack)[0] as PlannedPart), type, inputs: {} };
    expect(messages([...planOf(stack), part])).toHaveLength(1);
  });

  test("refuses a task with a role that nobody has proven anything of", () => {
    const task: PlannedPart = {
      urn: "urn:pulumi:testnet.wallet::institutional-vault::aws:ecs/taskDefinition:TaskDefinition::wallet",
      type: "aws:ecs/taskDefinition:TaskDefinition",
      operation: "create",
      inputs: { taskRoleArn: "arn:aws:iam::111111111111:role/administrator" },
    };
    expect(messages([...planOf(stack), task])).toEqual([expect.stringContaining("carries the role")]);
  });
});
