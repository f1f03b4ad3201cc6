import { hostname } from "node:os";
import { expect, it } from "vitest";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, full, planFile, upTo } from "../support/interruption.ts";
import { afterFault } from "../support/ivault.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

const stacks: readonly StackId[] = ["policy-node1-long-lived", "baseline-policy-node2"];
/** The second run comes while the first is before or after a create. */
const cases = Array.from({ length: 10 }, (_, after) => after).flatMap((after) =>
  stacks.flatMap((stack) => (["stuck", "held"] as const).map((kind) => ({ stack, kind, after }))),
);

it.concurrent.each(full ? cases : cases.slice(0, 10))(
  "$stack: a second run while the first is $kind at create $after changes nothing and says who holds the lock",
  async ({ stack, kind, after }) => {
    const folder = await rehearsalBefore(stack);
    await withSession(async (second) => {
      await withSession(async (first) => {
        const faults = planFile(folder, { faults: [{ kind, creates: "any", after }] });
        const running = first.perform({ ...upTo(stack, folder), faults });
        await afterFault(folder, kind, running);
        const refused = await second.perform(upTo(stack, folder));
        expect(refused.exitCode, refused.said).toBe(4);
        expect(refused.document.error).toMatchObject({
          code: "run-locked",
          message: expect.stringMatching(
            new RegExp(`process ${first.child.pid} of \\S+ on ${hostname()} since 20`),
          ),
        });
        const previewing = await second.perform({ ...upTo(stack, folder), command: "status" });
        expect(previewing.exitCode, previewing.said).toBe(0);
        process.kill(-(first.child.pid ?? Number.NaN), "SIGKILL");
        await running;
      });
      await expectConvergence(second, stack, folder);
    });
  },
);
