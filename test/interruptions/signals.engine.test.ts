import { expect, it } from "vitest";
import type { DeployAnswer } from "../../automation/commands/deploy-answer.ts";
import { inconsistencies } from "../support/consistency.ts";
import { stacksInState } from "../support/engine-state.ts";
import {
  expectNobodyReachesTwoShards,
  expectTrueStatus,
  full,
  type Planned,
  planFile,
} from "../support/interruption.ts";
import { afterFault, documentOf, ivault, start } from "../support/ivault.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore, roleOf } from "../support/snapshots.ts";

const stack = "policy-node1-long-lived";

/** A signal reaches the driver, or, as from a shell's whole job, the engine as well. */
const signals = [
  { signal: "SIGINT", to: "the driver" },
  { signal: "SIGTERM", to: "the driver" },
  { signal: "SIGINT", to: "everybody" },
] as const;
const once = [3, 0, 6, 11].flatMap((nth) => signals.map((one) => ({ nth, ...one })));
const twice = [4, 0, 8, 11].flatMap((nth) => [
  { nth, kind: "held", moment: "after" },
  { nth, kind: "stuck", moment: "before" },
]);

/** Starts the stack's first update as a person does; the faults make the moment at which it is interrupted. */
async function updating(planned: Planned) {
  const folder = await rehearsalBefore(stack);
  const faults = planFile(folder, planned);
  const args = ["--dir", folder, "--as", roleOf(stack), "--to", stack, "--faults", faults, "--json"];
  const { child, ...run } = start(["rehearse", ...args]);
  return { folder, pid: child.pid ?? Number.NaN, ...run };
}

/** What stands at the stop is safe and known, and the very command that the stopped run named finishes it, without the faults. */
async function expectResumed(folder: string, said: string): Promise<void> {
  await withSession(async (session) => {
    await expectTrueStatus(session, stack, folder);
    await expectNobodyReachesTwoShards(session, stack, folder);
  });
  const [, command = ""] = /to resume: ivault (.*)/i.exec(said) ?? [];
  planFile(folder, {});
  const again = await ivault(...command.split(" "));
  expect(again.exitCode, again.stderr).toBe(0);
  expect(inconsistencies(folder)).toEqual([]);
}

it.concurrent.each(full ? once : once.slice(0, 1))(
  "$signal to $to when resource $nth was made: the run ends by itself with 130, and the command that it names resumes",
  async ({ nth, signal, to }) => {
    // Those after it take their time, so that some are under way and some have not begun.
    const slow = { kind: "slow", creates: "any", after: nth, times: "all" } as const;
    const { folder, pid, answered } = await updating({ faults: [slow] });
    await afterFault(folder, "slow", answered);
    process.kill(to === "everybody" ? -pid : pid, signal);
    const stopped = await answered;
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    const { steps } = documentOf<DeployAnswer>(stopped);
    expect(steps.filter(({ state }) => state === "failed")).toEqual([]);
    // An engine that hears of it twice cuts off what is under way; told once, it finishes that.
    if (to === "the driver") expect(stacksInState(folder).filter(({ pending }) => pending > 0)).toEqual([]);
    await expectResumed(folder, stopped.stderr);
  },
);

it.concurrent.each(full ? twice : twice.slice(0, 1))(
  "SIGINT twice $moment resource $nth is made: the run waits, then ends at once, and the command that it names resumes",
  async ({ nth, kind }) => {
    const fault = { kind: kind === "held" ? "held" : "stuck", creates: "any", after: nth } as const;
    const { folder, pid, answered, said } = await updating({ faults: [fault] });
    await afterFault(folder, kind, answered);
    process.kill(pid, "SIGINT");
    await said("stopping: what is under way is finished");
    process.kill(pid, "SIGINT");
    const stopped = await answered;
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    await expectResumed(folder, stopped.stderr);
  },
);
