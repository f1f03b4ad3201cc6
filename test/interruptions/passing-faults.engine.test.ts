import { expect, it } from "vitest";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, expectTrueStatus, full, planFile, upTo } from "../support/interruption.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

const stacks: readonly StackId[] = [
  "policy-node1-long-lived",
  "baseline-policy-node1",
  "policy-node2-long-lived",
  "baseline-policy-node2",
  "policy-node0-long-lived",
];
const cases = Array.from({ length: 50 }, (_, seed) => ({
  seed,
  stack: stacks[seed % stacks.length] ?? "baseline-policy-node1",
  // From 5 to 50 % of all requests.
  share: 0.05 + (0.45 * seed) / 49,
}));

it.concurrent.each(full ? cases : cases.filter((_, at) => at % 5 === Math.floor(at / 5) % 5))(
  "$stack: throttling, 5xx, resets and slow answers by seed $seed are outlasted, or stop the run with the cause",
  async ({ seed, stack, share }) => {
    const folder = await rehearsalBefore(stack);
    await withSession(async (session) => {
      const faults = planFile(folder, { noise: { seed, share } });
      const run = await session.perform({ ...upTo(stack, folder), faults });
      if (run.exitCode !== 0) {
        expect(run.exitCode, run.said).toBe(4);
        expect(run.document.error, run.said).toMatchObject({
          known: expect.stringMatching(/^(throttled|aws-fault|network|answer-lost)$/),
          hint: expect.stringContaining("next: "),
        });
        await expectTrueStatus(session, stack, folder);
      }
      await expectConvergence(session, stack, folder);
    });
  },
);
