import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { StackDefinition } from "../stacks/definition.ts";
import { stackDefinitions } from "../stacks/index.ts";
import { stackOutputSchemas } from "../stacks/outputs.ts";
import { actionFor } from "./actions/index.ts";
import { openEngineStack } from "./engine/stack.ts";
import { exitCodes } from "./errors.ts";
import { failureOf } from "./failures/failure.ts";
import type { Installation } from "./installation.ts";
import { type StepReport, type WaitingFor, whoActsNext } from "./steps/report.ts";
import { placeOf } from "./steps/stack-run.ts";
import { baseReport, evidenceOf, reportFromHandoff } from "./steps/step-report.ts";
import { type ActionId, performs, type Role, type Step, type StepId } from "./steps/steps.ts";

export interface Status {
  readonly environment: string;
  readonly steps: readonly StepReport[];
  readonly waitingFor: readonly WaitingFor[];
}

/** Reads where the installation stands, from the engine's state and the cloud for own steps, from hand-offs for the others'. Changes nothing. */
export async function readStatus(
  installation: Installation,
  engine: PulumiCommand,
  roles: readonly Role[],
): Promise<Status> {
  const { deployment } = installation.inputs;
  const states = new Map<StepId, StepReport>();
  const own = new Set(
    installation.steps.filter((step) => performs(roles, step, deployment)).map(({ id }) => id),
  );
  for (const step of installation.steps) {
    const ready = step.dependsOn.every((id) => states.get(id)?.state === "done");
    states.set(
      step.id,
      own.has(step.id)
        ? await inspectStep(installation, engine, step, roles, ready)
        : await reportFromHandoff(installation, step),
    );
  }
  const steps = [...states.values()];
  return { environment: deployment.environment, steps, waitingFor: whoActsNext(steps, own) };
}

async function inspectStep(
  installation: Installation,
  engine: PulumiCommand,
  step: Step,
  roles: readonly Role[],
  ready: boolean,
): Promise<StepReport> {
  const base = baseReport(installation, step);
  const waiting: StepReport = { ...base, state: "waiting", evidence: "not established" };
  const definition = stackDefinitions.find(({ id }) => id === step.id);
  try {
    if (definition !== undefined)
      return await inspectStack(installation, engine, definition, {
        ...base,
        state: ready ? "ready" : "waiting",
        evidence: "not established",
      });
    // An action reads what earlier steps made; before they are done there is nothing to read.
    if (!ready) return waiting;
    const context = await installation.actionContext(roles, step, { withoutHealth: false, report: () => {} });
    const { state, evidence, detail, waitingFor: by } = await actionFor(step.id as ActionId).inspect(context);
    return { ...base, state, evidence, detail, waitingFor: by };
  } catch (error) {
    const told = failureOf(error);
    if (told.exitCode === exitCodes.bug) throw error;
    return { ...base, state: "failed", evidence: "not established", error: told.error.message };
  }
}

/** A stack is done when its last update went through to the end: all outputs there, nothing pending. */
async function inspectStack(
  installation: Installation,
  engine: PulumiCommand,
  definition: StackDefinition,
  otherwise: StepReport,
): Promise<StepReport> {
  const nothing = async () => ({});
  const opened = await openEngineStack(
    engine,
    installation.cloud,
    placeOf(installation, definition),
    nothing,
    "absent",
  );
  if (opened === undefined) return otherwise;
  try {
    const { state } = opened;
    if (state.pending.length > 0)
      return { ...otherwise, detail: `${state.pending.length} operations were cut off; deploy resumes` };
    if (!stackOutputSchemas[definition.id].safeParse(state.outputs).success) return otherwise;
    return {
      ...otherwise,
      state: "done",
      evidence: evidenceOf(installation),
      detail: `${state.resources.length} resources`,
    };
  } finally {
    await opened.close();
  }
}
