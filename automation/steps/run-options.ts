import type { ActionContext } from "../actions/action.ts";
import type { RunEvent } from "./report.ts";
import type { Role, Step, StepId } from "./steps.ts";

/** What a run is told: for whom, how far, and whom it tells what happens. */
export interface RunOptions {
  readonly roles: readonly Role[];
  /** Last step of the run, in the order in which steps are shown. */
  readonly to?: StepId;
  readonly withoutHealth?: boolean;
  /** Everybody has agreed that resources with policies may be deleted or replaced. */
  readonly allowPolicyReplacement?: boolean;
  /** The command that resumes this run, for whoever reads its failure. */
  readonly next?: string;
  /** Called for gates that a person has to open; a rehearsal opens them with stand-in evidence. */
  readonly openGate?: (step: Step, context: ActionContext) => Promise<void>;
  readonly onEvent?: (event: RunEvent) => void;
  /** Once aborted, nothing new is started. */
  readonly signal?: AbortSignal;
  /** Once aborted, the engine's updates are told to stop; absent where a terminal tells all processes by itself. */
  readonly engineSignal?: AbortSignal;
}
