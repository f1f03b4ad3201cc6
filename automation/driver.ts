import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { accountIdOf } from "../spec/deployment.ts";
import { explained, resumable } from "./failures/explain.ts";
import { textOf } from "./failures/failure.ts";
import { requireSizes } from "./guards/gate.ts";
import { provePlan, requireProof } from "./guards/planned-proof.ts";
import { guardRun } from "./guards/run-guards.ts";
import { takeRunLocks } from "./guards/run-lock.ts";
import type { Installation } from "./installation.ts";
import { currentModel } from "./model.ts";
import { type StepReport, type WaitingFor, whoActsNext } from "./steps/report.ts";
import { accountsOf } from "./steps/role-accounts.ts";
import type { RunOptions } from "./steps/run-options.ts";
import { runSchedule, type Settled, selectSteps } from "./steps/schedule.ts";
import { baseReport, reportFromHandoff, unperformed } from "./steps/step-report.ts";
import { performStep } from "./steps/step-run.ts";
import type { Step, StepId } from "./steps/steps.ts";

const again = "the same command again, which resumes";

export interface RunResult {
  /** Every selected step is done. */
  readonly ok: boolean;
  readonly steps: readonly StepReport[];
  /** Who has to act before the rest of the selected steps can be performed. */
  readonly waitingFor: readonly WaitingFor[];
  /** The first error of the run, if any. */
  readonly error: Error | undefined;
  readonly stopped: boolean;
}

/**
 * Runs the steps of the chosen roles: whatever can run at once does, across accounts. What is done already is found done and left
 * alone, so that resuming is running again. No stack is touched before the planned policies of all accounts are proven.
 *
 * @throws Refusal when they are not, or when a guard refuses the run as a whole
 * @throws CloudFailure while another run of this machine changes one of the roles' accounts
 */
export async function runSteps(
  installation: Installation,
  engine: PulumiCommand,
  options: RunOptions,
): Promise<RunResult> {
  const { deployment } = installation.inputs;
  const accounts = accountsOf(options.roles).map((account) => accountIdOf(deployment, account));
  const release = takeRunLocks(installation.folder, accounts);
  try {
    return await runLocked(installation, engine, options);
  } catch (error) {
    throw resumable(error, options.next ?? again);
  } finally {
    release();
  }
}

async function runLocked(
  installation: Installation,
  engine: PulumiCommand,
  options: RunOptions,
): Promise<RunResult> {
  await guardRun(installation, engine, options.roles);
  const { deployment } = installation.inputs;
  const selected = selectSteps(installation.steps, options.roles, deployment, options.to);
  if (selected.some(({ kind }) => kind === "stack")) {
    const model = await currentModel(installation.inputs, installation.handoffs);
    requireSizes(model);
    requireProof(await provePlan(model, deployment));
  }
  const reports = new Map<StepId, StepReport>();
  for (const step of installation.steps) {
    if (!selected.includes(step)) reports.set(step.id, await reportFromHandoff(installation, step));
  }
  const elsewhere = new Map([...reports].map(([id, report]) => [id, settledBy(report)]));
  let failure: Error | undefined;
  const at = () => new Date().toISOString();
  options.signal?.addEventListener("abort", () => {
    const line = "stopping: what is under way is finished, nothing new is started";
    options.onEvent?.({ type: "note", at: at(), line });
  });
  const settle = (step: Step, report: StepReport): Settled => {
    reports.set(step.id, report);
    options.onEvent?.({ type: "step-ended", step: step.id, at: at(), report });
    return settledBy(report);
  };
  const perform = async (step: Step): Promise<Settled> => {
    options.onEvent?.({ type: "step-started", step: step.id, at: at() });
    const { report, error } = await performReporting(installation, engine, step, options);
    failure ??= error;
    return settle(step, report);
  };
  const blocked = (step: Step, by: readonly StepId[]) =>
    settle(step, unperformed(installation, step, "waiting", `waits for ${by.join(", ")}`));
  const standing = await handedOver(installation, selected);
  await runSchedule(selected, elsewhere, perform, blocked, options.signal, { standing });
  const steps = installation.steps.map(
    (step) => reports.get(step.id) ?? unperformed(installation, step, "ready"),
  );
  return {
    ok: selected.every((step) => reports.get(step.id)?.state === "done"),
    steps,
    waitingFor: whoActsNext(steps, new Set(selected.map(({ id }) => id))),
    error: failure,
    stopped: options.signal?.aborted ?? false,
  };
}

function settledBy({ state }: StepReport): Settled {
  return state === "done" || state === "failed" ? state : "waiting";
}

/** Performs a step and reports on it, whichever way it ends; `error` where it failed. */
async function performReporting(
  installation: Installation,
  engine: PulumiCommand,
  step: Step,
  options: RunOptions,
): Promise<{ readonly report: StepReport; readonly error?: Error }> {
  const at = () => new Date().toISOString();
  const base = { ...baseReport(installation, step), startedAt: at() };
  try {
    const outcome = await performStep(installation, engine, step, options, {
      report: (line) => options.onEvent?.({ type: "step-progress", step: step.id, at: at(), line }),
      note: (line) => options.onEvent?.({ type: "note", step: step.id, at: at(), line }),
      onResource: (resource) => options.onEvent?.({ type: "resource", step: step.id, at: at(), resource }),
    });
    return { report: { ...base, ...outcome, endedAt: at() } };
  } catch (error) {
    const ended = { ...base, evidence: "not established", endedAt: at() } as const;
    // Ctrl-C reaches the engine's processes too; what it cut off is no failure and is taken up again by the next run.
    if (options.signal?.aborted) return { report: { ...ended, state: "ready", detail: "stopped" } };
    const told = explained(error, { step: step.id, account: base.account, next: options.next ?? again });
    return { report: { ...ended, state: "failed", error: textOf(told) }, error: told };
  }
}

/** The stacks of a run that have been deployed before, by their hand-offs. */
async function handedOver(
  installation: Installation,
  selected: readonly Step[],
): Promise<ReadonlySet<StepId>> {
  const stacks = selected.filter(({ kind }) => kind === "stack");
  const reports = await Promise.all(stacks.map((step) => reportFromHandoff(installation, step)));
  return new Set(reports.filter(({ state }) => state === "done").map(({ id }) => id));
}
