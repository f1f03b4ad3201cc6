import type { Evidence } from "../actions/action.ts";
import type { Changes, ResourceEvent } from "../engine/events.ts";
import type { StepId, StepKind } from "./steps.ts";

/** What is told of one step, to people and to programs (`--json`). */
export interface StepReport {
  readonly id: StepId;
  readonly title: string;
  /** The vendor's published steps that it covers. */
  readonly published: readonly number[];
  readonly role: string;
  /** 12-digit account id; null for steps that are everyone's. */
  readonly account: string | null;
  readonly kind: StepKind;
  readonly dependsOn: readonly StepId[];
  readonly state: "done" | "ready" | "waiting" | "running" | "failed";
  readonly evidence: Evidence;
  readonly changes?: Changes | Readonly<Record<string, number>>;
  /** One line for people: what was found, done or is waited for. */
  readonly detail?: string;
  /** Whoever has to act next. */
  readonly waitingFor?: string;
  /** RFC 3339. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: string;
}

/** What happens during a run, in order; the only thing that progress is shown from. */
export interface RunEvent {
  readonly type: "step-started" | "step-progress" | "step-ended" | "resource" | "note";
  readonly step?: StepId;
  /** RFC 3339. */
  readonly at: string;
  readonly line?: string;
  readonly report?: StepReport;
  readonly resource?: ResourceEvent;
}

/** Whoever has to act before somebody's own steps are done. */
export interface WaitingFor {
  readonly role: string;
  readonly step: StepId;
  readonly reason: string;
}

/**
 * The steps that could be performed next and that any of `own` waits for, itself included. Steps of others that nothing of ours depends
 * on are left out: whether they are done is not known here and does not matter.
 */
export function whoActsNext(steps: readonly StepReport[], own: ReadonlySet<StepId>): readonly WaitingFor[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const undone = (id: StepId) => byId.get(id)?.state !== "done";
  const needed = new Set([...own].filter(undone));
  // The set grows while it is walked, until nothing new is depended on.
  for (const id of needed)
    for (const other of byId.get(id)?.dependsOn ?? []) if (undone(other)) needed.add(other);
  return steps
    .filter(({ id, dependsOn }) => needed.has(id) && !dependsOn.some(undone))
    .map((step) => ({
      role: step.waitingFor ?? step.role,
      step: step.id,
      reason:
        step.error ??
        step.detail ??
        (own.has(step.id) ? "ready to be performed" : "its hand-off has not arrived here"),
    }));
}
