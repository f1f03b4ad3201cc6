import { join } from "node:path";
import { expect, test } from "vitest";
import { protectedLosses } from "../../../automation/engine/events.ts";
import { changedIdentity, lostLongLived, replacedPassword } from "../../../automation/guards/guards.ts";
import { readInputs } from "../../../automation/inputs.ts";

const { deployment } = await readInputs(
  join(import.meta.dirname, "..", "..", "..", "examples", "institution"),
);
const stands = { stack: "wallet", environment: "testnet", url: "https://wallet.testnet.bank.example" };

test.each([
  ["environment-frozen", { ...stands, environment: "mainnet" }, "mainnet"],
  ["url-frozen", { ...stands, url: "https://wallet.testnet.other.example" }, "other.example"],
  ["region-frozen", { ...stands, region: "eu-west-1" }, "eu-west-1"],
])("%s: what stands under another name is not deployed again under this one", (code, deployed, named) => {
  const refused = changedIdentity(deployment, deployed);
  expect(refused?.details).toMatchObject({ code, message: expect.stringContaining(named) });
});

test("what stands as deployment.yaml says is no change", () => {
  expect(changedIdentity(deployment, { ...stands, region: deployment.region })).toBeUndefined();
});

const event = (op: string, name: string, before: boolean | undefined, after?: boolean) => ({
  sequence: 1,
  timestamp: 1,
  resourcePreEvent: {
    metadata: {
      op,
      urn: `urn:pulumi:testnet.wallet::institutional-vault::aws:rds/instance:Instance::${name}`,
      type: "aws:rds/instance:Instance",
      old: before === undefined ? undefined : { protect: before },
      new: after === undefined ? undefined : { protect: after },
    },
  },
});

test("deleting or replacing what the state has as protected is refused, even if the program no longer protects it", () => {
  const events = [
    event("delete", "deleted", true),
    event("create-replacement", "replaced", true, false),
    event("replace", "replaced", true, false),
    event("update", "updated", true, true),
    event("delete", "unprotected", false),
    event("create", "new", undefined, true),
  ];
  const losses = protectedLosses(events as never);
  expect(losses).toEqual([
    "aws:rds/instance:Instance deleted would be deleted",
    "aws:rds/instance:Instance replaced would be replaced",
  ]);
  expect(lostLongLived("wallet", losses)?.details.message).toContain("Instance deleted would be deleted");
  expect(lostLongLived("wallet", [])).toBeUndefined();
});

test("a sealed password of another version than the one that was sealed is refused", () => {
  expect(replacedPassword("a", "theirs", "ours")?.exitCode).toBe(3);
  expect(replacedPassword("a", "ours", "ours")).toBeUndefined();
});
