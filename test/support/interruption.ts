import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Verification } from "../../automation/commands/verify.ts";
import type { Status } from "../../automation/status.ts";
import type { FaultPlan } from "../../rehearsal/faults/plan.ts";
import type { StackId } from "../../stacks/outputs.ts";
import { inconsistencies } from "./consistency.ts";
import { stacksInState } from "./engine-state.ts";
import type { Answer, Request, Session } from "./session.ts";
import { roleOf } from "./snapshots.ts";

/** A full run takes every case, another the first ones of each kind. */
export const full = process.env.IVAULT_FULL === "1";

export type Planned = Partial<Omit<FaultPlan, "faults">> & {
  readonly faults?: readonly Partial<FaultPlan["faults"][number]>[];
};

/** Writes the plan beside the rehearsal; its file is what `--faults` names. */
export function planFile(folder: string, plan: Planned): string {
  const file = join(folder, "..", "faults.json");
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

/** The command that brings a stack up, which is also the one that resumes it. */
export function upTo(stack: StackId, folder: string): Request {
  return { command: "rehearse", folder, role: roleOf(stack), to: stack };
}

/** `status` calls a stack of this role done exactly when its state is there and complete: resources of the program's end, and nothing pending. */
export async function expectTrueStatus(session: Session, stack: StackId, folder: string): Promise<void> {
  const answer = await session.perform({ command: "status", folder, role: roleOf(stack) });
  expect(answer.exitCode, answer.said).toBe(0);
  const { steps } = answer.document as unknown as Status;
  const states = stacksInState(folder);
  for (const step of steps.filter(({ kind, role }) => kind === "stack" && role === roleOf(stack))) {
    const state = states.find((one) => one.stack === step.id && one.account === step.account);
    const root = state?.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    const complete = state?.pending === 0 && Object.keys(root?.outputs ?? {}).length > 0;
    expect(step.state === "done", JSON.stringify(step)).toBe(complete);
  }
}

/** `verify` reads a half-built world to its end: what is missing is named, and of what stands nothing gives anybody a second shard. */
export async function expectNobodyReachesTwoShards(
  session: Session,
  stack: StackId,
  folder: string,
): Promise<void> {
  const answer = await session.perform({ command: "verify", folder, role: roleOf(stack) });
  expect([0, 3], answer.said).toContain(answer.exitCode);
  const { obligations } = answer.document as unknown as Verification;
  expect(obligations.filter(({ id }) => id.startsWith("P4:"))).not.toEqual([]);
  // Not P5: the node cannot open its shard before key and vault are both there.
  expect(obligations.filter(({ id, status }) => /^P[12347]:/.test(id) && status === "violated")).toEqual([]);
}

/** The same command again finishes what was interrupted, and leaves nothing twice, nothing lost and nothing behind. */
export async function expectConvergence(session: Session, stack: StackId, folder: string): Promise<Answer> {
  const again = await session.perform(upTo(stack, folder));
  expect(again.exitCode, again.said).toBe(0);
  expect(inconsistencies(folder)).toEqual([]);
  return again;
}
