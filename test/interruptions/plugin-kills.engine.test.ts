import { expect, it } from "vitest";
import { expectConvergence, expectTrueStatus, planFile, upTo } from "../support/interruption.ts";
import { afterFault } from "../support/ivault.ts";
import { kill } from "../support/processes.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

/** The one stack with a plugin that is a program of its own in a rehearsal too: the network's. The others only tell where the stand-in listens. */
const stack = "baseline-infrastructure";

it("a plugin killed in the middle of its work: the run ends with the cause and the next command, which converges", async () => {
  const folder = await rehearsalBefore(stack);
  await withSession(async (session) => {
    // All that is made takes its time, so that the network is not complete when the first resource is there.
    const faults = planFile(folder, { faults: [{ kind: "slow", creates: "any", times: "all" }] });
    const ended = session.perform({ ...upTo(stack, folder), faults });
    await afterFault(folder, "slow", ended);
    kill("plugins", session.child.pid ?? Number.NaN);
    const { exitCode, document, said } = await ended;
    expect(exitCode, said).toBe(4);
    expect(document.error, said).toMatchObject({
      known: "plugin-ended",
      stack,
      hint: expect.stringContaining("next: "),
    });
    await expectTrueStatus(session, stack, folder);
    await expectConvergence(session, stack, folder);
  });
});
