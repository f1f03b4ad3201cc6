import { availableParallelism } from "node:os";
import type { Deployment } from "../spec/deployment.ts";
import { performs, type Role, type Step, type StepId } from "./steps.ts";

/** The steps of a run: those that the chosen roles perform, up to and including `to` in the order in which steps are shown. */
export function selectSteps(
  steps: readonly Step[],
  chosen: readonly Role[],
  deployment: Deployment,
  to?: StepId,
): readonly Step[] {
  const last = to === undefined ? steps.length - 1 : steps.findIndex(({ id }) => id === to);
  return steps.filter((step, index) => index <= last && performs(chosen, step, deployment));
}

export type Settled = "done" | "waiting" | "failed";

/** What a schedule may do next: steps whose dependencies are all done, and steps that can never start in this run. */
function nextSteps(
  pending: readonly Step[],
  settled: ReadonlyMap<StepId, Settled>,
): { readonly startable: readonly Step[]; readonly blocked: readonly Step[] } {
  const startable = pending.filter((step) => step.dependsOn.every((id) => settled.get(id) === "done"));
  const blocked = pending.filter((step) =>
    step.dependsOn.some((id) => settled.get(id) === "waiting" || settled.get(id) === "failed"),
  );
  return { startable, blocked };
}

/** Of the steps that can start, those that do: all but stacks at once; stacks as far as there is room, those with the longest way after them first. */
export function startNow(
  startable: readonly Step[],
  selected: readonly Step[],
  roomForStacks: number,
): readonly Step[] {
  const way = stacksAhead(selected);
  const stacks = startable
    .filter(({ kind }) => kind === "stack")
    .sort((a, b) => (way.get(b.id) ?? 0) - (way.get(a.id) ?? 0))
    .slice(0, Math.max(0, roomForStacks));
  return startable.filter((step) => step.kind !== "stack" || stacks.includes(step));
}

/** How many stacks lie on the longest chain of steps that begins with each. */
function stacksAhead(steps: readonly Step[]): ReadonlyMap<StepId, number> {
  const ahead = new Map<StepId, number>();
  // Every step comes after those it depends on, so from the end each one's followers are known.
  for (const { id, kind } of steps.toReversed()) {
    const followers = steps.filter(({ dependsOn }) => dependsOn.includes(id));
    const longest = Math.max(0, ...followers.map((follower) => ahead.get(follower.id) ?? 0));
    ahead.set(id, longest + (kind === "stack" ? 1 : 0));
  }
  return ahead;
}

/** More engines than processors only slow down the stacks that all others wait for. */
const stacksAtOnce = Math.max(2, availableParallelism());

/**
 * Runs whatever can run at once, stacks as many as this machine has processors. Every step starts as soon as all steps that it depends on
 * are done and there is room; a step whose dependency waits or failed is reported as blocked and never started. After `signal` nothing new starts, and what runs is awaited.
 *
 * @param elsewhere state of the steps that this run does not perform
 */
export async function runSchedule(
  selected: readonly Step[],
  elsewhere: ReadonlyMap<StepId, Settled>,
  perform: (step: Step) => Promise<Settled>,
  blocked: (step: Step, by: readonly StepId[]) => void,
  signal?: AbortSignal,
): Promise<ReadonlyMap<StepId, Settled>> {
  const settled = new Map(elsewhere);
  const running = new Map<StepId, Promise<void>>();
  let pending = [...selected];
  for (;;) {
    const next = nextSteps(pending, settled);
    for (const step of next.blocked) {
      settled.set(step.id, "waiting");
      blocked(
        step,
        step.dependsOn.filter((id) => settled.get(id) !== "done"),
      );
    }
    const stacksRunning = selected.filter(({ id, kind }) => kind === "stack" && running.has(id)).length;
    const startable = signal?.aborted ? [] : startNow(next.startable, selected, stacksAtOnce - stacksRunning);
    for (const step of startable) {
      const run = perform(step).then((outcome) => {
        settled.set(step.id, outcome);
        running.delete(step.id);
      });
      running.set(step.id, run);
    }
    pending = pending.filter((step) => !startable.includes(step) && !next.blocked.includes(step));
    if (running.size > 0) await Promise.race(running.values());
    else if (next.blocked.length === 0) return settled;
  }
}
