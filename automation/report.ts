import type { Evidence } from "./actions/action.ts";
import type { Changes } from "./engine-events.ts";
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
  readonly type: "step-started" | "step-progress" | "step-ended" | "note";
  readonly step?: StepId;
  /** RFC 3339. */
  readonly at: string;
  readonly line?: string;
  readonly report?: StepReport;
}
