import fc from "fast-check";
import { expect, it } from "vitest";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, expectTrueStatus, planFile, upTo } from "./interruption.ts";
import { afterFault } from "./ivault.ts";
import { kill } from "./processes.ts";
import { openSession, withSession } from "./session.ts";
import { rehearsalBefore, stacksInOrder } from "./snapshots.ts";

const victims = ["driver", "everything", "engine"] as const;

/** How many resources the first update of each stack makes. */
const creates: Readonly<Record<StackId, number>> = {
  "baseline-infrastructure": 117,
  "baseline-policy-node1": 25,
  "baseline-policy-node2": 25,
  "wallet-long-lived": 64,
  "policy-node0-long-lived": 12,
  "policy-node1-long-lived": 12,
  "policy-node2-long-lived": 12,
  wallet: 32,
  "nitro-nodes": 60,
};

/** Every moment of a stack's first update: before and after each resource is made, each time somebody else dies. */
function killPoints(stack: StackId) {
  return Array.from({ length: creates[stack] }, (_, nth) => nth).flatMap((nth) =>
    (["stuck", "held"] as const).map((kind, at) => ({
      stack,
      nth,
      kind,
      moment: kind === "stuck" ? "before" : "after",
      victim: victims[(2 * nth + at) % victims.length] ?? "driver",
    })),
  );
}

/** Kills a stack's first update at every moment of it, one case a moment. */
export function itSurvivesEveryKill(stack: StackId): void {
  itSurvives(killPoints(stack));
}

/** Kills the first update of each stack at one moment, and of one stack at two, which a seed draws. */
export function itSurvivesSampledKills(seed: number): void {
  itSurvives(
    stacksInOrder.flatMap((stack) => {
      const sampled = stack === "baseline-policy-node1" ? 2 : 1;
      const drawn = fc.shuffledSubarray(killPoints(stack), { minLength: sampled, maxLength: sampled });
      return fc.sample(drawn, { seed, numRuns: 1 }).flat();
    }),
  );
}

function itSurvives(cases: ReturnType<typeof killPoints>): void {
  it.concurrent.each(cases)(
    "$stack: the $victim killed $moment resource $nth is made, it converges when run again",
    async ({ stack, nth, kind, victim }) => {
      const folder = await rehearsalBefore(stack);
      const killed = await openSession();
      const faults = planFile(folder, { faults: [{ kind, creates: "any", after: nth }] });
      const ended = killed.perform({ ...upTo(stack, folder), faults });
      await afterFault(folder, kind, ended);
      kill(victim, killed.child.pid ?? Number.NaN);
      const { exitCode, said } = await ended;
      await killed.close();
      // A driver that was killed has no exit code; one whose engine was killed says so.
      expect(exitCode, said).toBe(victim === "engine" ? 4 : null);
      await withSession(async (session) => {
        await expectTrueStatus(session, stack, folder);
        await expectConvergence(session, stack, folder);
      });
    },
  );
}
