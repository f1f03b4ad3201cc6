import { expect, it } from "vitest";
import type { DeployAnswer } from "../../automation/commands/deploy-answer.ts";
import type { PreviewedStack } from "../../automation/preview.ts";
import type { Role } from "../../automation/steps/steps.ts";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, full, planFile, upTo } from "../support/interruption.ts";
import { type Answered, afterFault, documentOf, ivault } from "../support/ivault.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

const moments = [0, 5, 9].flatMap((after) => (["held", "stuck"] as const).map((kind) => ({ kind, after })));

/** Does `beside` while the stack's first update stands still at a create; that run is then killed, and the same command converges. */
async function besideUpdate(
  stack: StackId,
  { kind, after }: (typeof moments)[number],
  beside: (folder: string) => Promise<Answered>,
): Promise<Answered> {
  const folder = await rehearsalBefore(stack);
  const answered = await withSession(async (first) => {
    const faults = planFile(folder, { faults: [{ kind, creates: "any", after }] });
    const running = first.perform({ ...upTo(stack, folder), faults });
    await afterFault(folder, kind, running);
    const other = await beside(folder);
    process.kill(-(first.child.pid ?? Number.NaN), "SIGKILL");
    await running;
    return other;
  });
  await withSession(async (session) => {
    await expectConvergence(session, stack, folder);
  });
  return answered;
}

const rehearse = (folder: string, role: Role, to: StackId) =>
  ivault("rehearse", "--dir", folder, "--as", role, "--to", to, "--json");

it.runIf(full).concurrent.each(moments)(
  "a preview of a stack whose update is $kind at create $after shows what is left, and disturbs nothing",
  async (moment) => {
    const stack = "policy-node1-long-lived";
    const previewed = await besideUpdate(stack, moment, (folder) =>
      ivault("preview", "--rehearsal", folder, "--as", "policy-node1-admin", "--stack", stack, "--json"),
    );
    expect(previewed.exitCode, previewed.stderr).toBe(0);
    const { stacks } = documentOf<{ readonly stacks: readonly PreviewedStack[] }>(previewed);
    expect(stacks).toEqual([expect.objectContaining({ stack })]);
    expect(stacks[0]?.changes.create).toBeGreaterThan(0);
  },
);

it.runIf(full).concurrent.each(moments)(
  "another role of the same account, while an update is $kind at create $after, changes nothing and is told who holds the lock",
  async (moment) => {
    const stack = "policy-node0-long-lived";
    const refused = await besideUpdate(stack, moment, (folder) =>
      rehearse(folder, "infrastructure-admin", stack),
    );
    expect(refused.exitCode, refused.stderr).toBe(4);
    expect(documentOf(refused)).toMatchObject({ error: { code: "run-locked" } });
    expect(refused.stderr).toMatch(/is being changed by process \d+ of \S+ on \S+ since 20/);
  },
);

it.runIf(full).concurrent.each(moments)(
  "the role of another account, while an update is $kind at create $after, does its own and leaves that stack alone",
  async (moment) => {
    const stack = "policy-node1-long-lived";
    const other = await besideUpdate(stack, moment, (folder) =>
      rehearse(folder, "policy-node2-admin", "policy-node2-long-lived"),
    );
    expect(other.exitCode, other.stderr).toBe(0);
    const { steps } = documentOf<DeployAnswer>(other);
    expect(steps.find(({ id }) => id === "policy-node2-long-lived")).toMatchObject({ state: "done" });
    expect(steps.find(({ id }) => id === stack)).not.toMatchObject({ state: "done" });
  },
);
