import { expect, it } from "vitest";
import type { DeployAnswer } from "../../automation/commands/deploy-answer.ts";
import { nameOf, stacksInState } from "../support/engine-state.ts";
import { documentOf, ivault, newFolder, requestsOf } from "../support/ivault.ts";

const vendor = ["638663786504", "000000000000"];
const admins = {
  "policy-node1-admin": "222222222222",
  "policy-node2-admin": "333333333333",
  "infrastructure-admin": "111111111111",
};

it("runs by role, repeated until nobody waits, touch each admin's own account alone and end where one run ends", async () => {
  const folder = await newFolder();
  const waiting = new Set<string>(Object.keys(admins));
  for (let round = 0; waiting.size > 0; round += 1) {
    expect(round, `still waiting: ${[...waiting]}`).toBeLessThan(4);
    for (const [role, account] of Object.entries(admins)) {
      const before = requestsOf(folder).length;
      const answered = await ivault("rehearse", "--dir", folder, "--as", role, "--json");
      const answer = documentOf<DeployAnswer>(answered);
      expect([0, 5], answered.stderr).toContain(answered.exitCode);
      if (answered.exitCode === 0) waiting.delete(role);
      else {
        waiting.add(role);
        expect(answer.waitingFor.length).toBeGreaterThan(0);
      }
      for (const line of requestsOf(folder).slice(before)) {
        // Anonymous requests are those to the public registry.
        expect([account, null], JSON.stringify(line)).toContain(line.account);
        expect([undefined, account, ...vendor], JSON.stringify(line)).toContain(line.resourceAccount);
        expect(line.decision, JSON.stringify(line)).toBe("allow");
      }
    }
  }
  const inState = stacksInState(folder);
  expect(inState).toHaveLength(9);
  const before = inState.map(({ stack, resources }) => [stack, resources.map(({ urn }) => nameOf(urn))]);
  const whole = documentOf<DeployAnswer>(await ivault("rehearse", "--dir", folder, "--json"));
  expect(whole.ok).toBe(true);
  for (const { id, kind, changes } of whole.steps) {
    if (kind === "stack")
      expect({ id, ...changes }).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
  }
  expect(
    stacksInState(folder).map(({ stack, resources }) => [stack, resources.map(({ urn }) => nameOf(urn))]),
  ).toEqual(before);
});
