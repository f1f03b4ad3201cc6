import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { accountIdOf } from "../spec/deployment.ts";
import type { StackDefinition } from "../stacks/definition.ts";
import { stackDefinitions } from "../stacks/index.ts";
import type { ActionContext, Evidence, Finding } from "./actions/action.ts";
import { actionFor } from "./actions/index.ts";
import { imageDigests } from "./actions/service-images.ts";
import { explained } from "./explain.ts";
import { textOf } from "./failure.ts";
import type { HandoffId } from "./handoffs.ts";
import { handoffSchemas } from "./handoffs.ts";
import type { Installation } from "./installation.ts";
import { currentModel } from "./model.ts";
import { provePlan, requireProof } from "./planned-proof.ts";
import { type RunEvent, type StepReport, type WaitingFor, whoActsNext } from "./report.ts";
import { accountsOf } from "./role-accounts.ts";
import { guardRun } from "./run-guards.ts";
import { takeRunLocks } from "./run-lock.ts";
import { runSchedule, type Settled, selectSteps } from "./schedule.ts";
import { type PreparedStack, prepareStack, stacksWithImages } from "./stack-context.ts";
import { runStack, type StackRunOptions } from "./stack-run.ts";
import { type ActionId, type Role, type Step, type StepId, stepNamed } from "./steps.ts";

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
    requireProof(await provePlan(await currentModel(installation.inputs, installation.handoffs), deployment));
  }
  const reports = new Map<StepId, StepReport>();
  const elsewhere = new Map<StepId, Settled>();
  for (const step of installation.steps) {
    if (selected.includes(step)) continue;
    const report = await reportFromHandoff(installation, step);
    reports.set(step.id, report);
    elsewhere.set(step.id, report.state === "done" ? "done" : "waiting");
  }
  let failure: Error | undefined;
  const at = () => new Date().toISOString();
  const emit = (event: RunEvent) => options.onEvent?.(event);
  options.signal?.addEventListener("abort", () => {
    emit({ type: "note", at: at(), line: "stopping: what is under way is finished, nothing new is started" });
  });
  const perform = async (step: Step): Promise<Settled> => {
    const startedAt = at();
    emit({ type: "step-started", step: step.id, at: startedAt });
    let report: StepReport;
    try {
      const outcome = await performStep(installation, engine, step, options, {
        report: (line) => emit({ type: "step-progress", step: step.id, at: at(), line }),
        onResource: (resource) => emit({ type: "resource", step: step.id, at: at(), resource }),
      });
      report = { ...baseReport(installation, step), ...outcome, startedAt, endedAt: at() };
    } catch (error) {
      // Ctrl-C reaches the engine's processes too; what it cut off is no failure and is taken up again by the next run.
      const stopped = options.signal?.aborted === true;
      const base = baseReport(installation, step);
      const told = explained(error, { step: step.id, account: base.account, next: options.next ?? again });
      if (!stopped) failure ??= told;
      report = {
        ...base,
        ...(stopped ? { state: "ready", detail: "stopped" } : { state: "failed", error: textOf(told) }),
        evidence: "not established",
        startedAt,
        endedAt: at(),
      };
    }
    reports.set(step.id, report);
    emit({ type: "step-ended", step: step.id, at: at(), report });
    return report.state === "done" ? "done" : report.state === "failed" ? "failed" : "waiting";
  };
  await runSchedule(
    selected,
    elsewhere,
    perform,
    (step, by) => {
      const detail = `waits for ${by.join(", ")}`;
      const report: StepReport = {
        ...baseReport(installation, step),
        state: "waiting",
        evidence: "not established",
        detail,
      };
      reports.set(step.id, report);
      emit({ type: "step-ended", step: step.id, at: at(), report });
    },
    options.signal,
  );
  const steps = installation.steps.map(
    (step) =>
      reports.get(step.id) ?? {
        ...baseReport(installation, step),
        state: "ready" as const,
        evidence: "not established" as const,
      },
  );
  return {
    ok: selected.every((step) => reports.get(step.id)?.state === "done"),
    steps,
    waitingFor: whoActsNext(steps, new Set(selected.map(({ id }) => id))),
    error: failure,
    stopped: options.signal?.aborted ?? false,
  };
}

type StepOutcome = Pick<StepReport, "state" | "evidence" | "changes" | "detail" | "waitingFor">;

async function performStep(
  installation: Installation,
  engine: PulumiCommand,
  step: Step,
  options: RunOptions,
  told: Pick<StackRunOptions, "report" | "onResource">,
): Promise<StepOutcome> {
  const definition = stackDefinitions.find(({ id }) => id === step.id);
  if (definition !== undefined) {
    const prepared = await preparedFor(installation, definition, options.roles);
    // The one stack whose policies name what AWS chose in the meantime; all others are as they were proven.
    if (definition.id === "nitro-nodes") {
      requireProof(await provePlan(prepared.context.model, installation.inputs.deployment));
    }
    const run = await runStack(installation, engine, definition, prepared, {
      ...told,
      signal: options.engineSignal,
      stopping: () => options.signal?.aborted === true,
      allowPolicyReplacement: options.allowPolicyReplacement ?? false,
    });
    const account = accountIdOf(installation.inputs.deployment, definition.account);
    await installation.handoffs.write(definition.id, account, run.outputs);
    return { state: "done", evidence: evidenceOf(installation), changes: run.changes };
  }
  const context = await installation.actionContext(options.roles, step, {
    withoutHealth: options.withoutHealth ?? false,
    report: told.report,
  });
  const action = actionFor(step.id as ActionId);
  const found = await action.inspect(context);
  if (found.state === "done") return outcomeOf(found);
  if (found.state === "waiting") await options.openGate?.(step, context);
  return outcomeOf(await action.perform(context));
}

function outcomeOf(finding: Finding): StepOutcome {
  return {
    state: finding.state,
    evidence: finding.evidence,
    detail: finding.detail,
    changes: finding.changes,
    waitingFor: finding.waitingFor,
  };
}

/** The stack's program inputs, with the facts about images read from the account's registry where the stack uses any. */
export async function preparedFor(
  installation: Installation,
  definition: StackDefinition,
  roles: readonly Role[],
): Promise<PreparedStack> {
  const { inputs, handoffs } = installation;
  if (!stacksWithImages.has(definition.id)) {
    return await prepareStack(definition, inputs, handoffs, { imageDigests: {}, imagesPresent: false });
  }
  const step = stepNamed(installation.steps, "service-images");
  const context = await installation.actionContext(roles, step, { withoutHealth: false, report: () => {} });
  const [digests, images] = [await imageDigests(context), await actionFor("service-images").inspect(context)];
  return await prepareStack(definition, inputs, handoffs, {
    imageDigests: digests,
    imagesPresent: images.state === "done",
  });
}

export function evidenceOf(installation: Installation): Evidence {
  return installation.cloud.real ? "real" : "stand-in";
}

/** What is the same of a step in every report. */
export function baseReport(installation: Installation, step: Step): Omit<StepReport, "state" | "evidence"> {
  return {
    id: step.id,
    title: step.title,
    published: step.published,
    role: step.role,
    account: step.account === null ? null : accountIdOf(installation.inputs.deployment, step.account),
    kind: step.kind,
    dependsOn: step.dependsOn,
  };
}

/** The state of a step that somebody else performs: known only from its hand-off. */
export async function reportFromHandoff(installation: Installation, step: Step): Promise<StepReport> {
  const id = step.id in handoffSchemas ? (step.id as HandoffId) : undefined;
  const received = id !== undefined && (await installation.handoffs.read(id)) !== undefined;
  return {
    ...baseReport(installation, step),
    state: received ? "done" : "waiting",
    evidence: received ? evidenceOf(installation) : "not established",
    ...(received ? { detail: "from its hand-off" } : {}),
  };
}
