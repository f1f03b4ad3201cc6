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

/**
 * Runs whatever can run at once. Every step starts as soon as all steps that it depends on are done; a step whose dependency waits or
 * failed is reported as blocked and never started. After `signal` nothing new starts, and what runs is awaited.
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
    const startable = signal?.aborted ? [] : next.startable;
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
