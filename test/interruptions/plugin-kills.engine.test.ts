import { expect, it } from "vitest";
import { expectConvergence, expectTrueStatus, planFile, upTo } from "../support/interruption.ts";
import { afterFault } from "../support/ivault.ts";
import { kill } from "../support/processes.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

/** The one stack with a plugin that is a program of its own in a rehearsal too: the network's. The others only tell where the stand-in listens. */
const stack = "baseline-infrastructure";

it("a plugin killed in the middle of its work: it is started again and said, or the run ends with the cause; it converges", async () => {
  const folder = await rehearsalBefore(stack);
  await withSession(async (session) => {
    // The VPC is the first that this plugin asks for, so it runs by then; the subnets that wait for it keep it at work.
    const slow = { kind: "slow", times: "all" } as const;
    const faults = planFile(folder, {
      faults: ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"].map((creates) => ({ ...slow, creates })),
    });
    const ended = session.perform({ ...upTo(stack, folder), faults });
    await afterFault(folder, "slow", ended);
    kill("plugins", session.child.pid ?? Number.NaN);
    const { exitCode, document, said } = await ended;
    // Which of the two it is depends on whether a resource of its own was under way at that moment.
    if (exitCode === 0) expect(said).toContain("(plugin-ended); it runs once more");
    else {
      expect(exitCode, said).toBe(4);
      expect(document.error, said).toMatchObject({
        known: "plugin-ended",
        stack,
        hint: expect.stringContaining("next: "),
      });
    }
    await expectTrueStatus(session, stack, folder);
    await expectConvergence(session, stack, folder);
  });
});
