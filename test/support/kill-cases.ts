import fc from "fast-check";
import { expect, it } from "vitest";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, expectTrueStatus, full, planFile, upTo } from "./interruption.ts";
import { afterFault } from "./ivault.ts";
import { kill } from "./processes.ts";
import { openSession, withSession } from "./session.ts";
import { rehearsalBefore } from "./snapshots.ts";

const victims = ["driver", "everything", "engine"] as const;

/** Every moment of a stack's first update: before and after each resource is made, each time somebody else dies. */
function killPoints(creates: number) {
  return Array.from({ length: creates }, (_, nth) => nth).flatMap((nth) =>
    (["stuck", "held"] as const).map((kind, at) => ({
      nth,
      kind,
      moment: kind === "stuck" ? "before" : "after",
      victim: victims[(2 * nth + at) % victims.length] ?? "driver",
    })),
  );
}

/**
 * Kills a stack's first update, one case a moment: all moments in a full run, else `sampled` of them.
 *
 * @param creates number of resources that the update makes
 */
export function itSurvivesKills(stack: StackId, creates: number, sampled: number): void {
  const seed = Number(process.env.IVAULT_SEED ?? 5);
  const all = killPoints(creates);
  const [chosen = []] = fc.sample(fc.shuffledSubarray(all, { minLength: sampled, maxLength: sampled }), {
    seed,
    numRuns: 1,
  });
  it.concurrent.each(full ? all : chosen)(
    `${stack}: the $victim killed $moment resource $nth is made, it converges when run again`,
    async ({ nth, kind, victim }) => {
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
