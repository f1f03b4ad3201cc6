import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordBackup } from "../../automation/actions/backup.ts";
import type { Cloud } from "../../automation/cloud.ts";
import { runSteps } from "../../automation/driver.ts";
import type { Engine } from "../../automation/engine/engine.ts";
import { openEngineStack } from "../../automation/engine/stack.ts";
import { type Installation, openInstallation } from "../../automation/installation.ts";
import { placeOf } from "../../automation/steps/stack-run.ts";
import { preparedFor } from "../../automation/steps/step-run.ts";
import { roles as allRoles, type Role, type Step, type StepId } from "../../automation/steps/steps.ts";
import { accountIdOf } from "../../spec/deployment.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { stackOutputSchemas } from "../../stacks/outputs.ts";
import { stackProgram } from "../../stacks/run.ts";
import { root } from "../house/sources.ts";

const everyone = allRoles.filter((role) => role !== "auditor");

/** Works in a new rehearsal of the example institution, which is removed afterwards. */
export async function inRehearsal<T>(
  cloudOf: (cloud: Cloud) => Cloud,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "ivault-bench-"));
  const opened = await openInstallation({
    input: join(root, "examples", "institution"),
    rehearsal: join(folder, "rehearsal"),
  });
  try {
    return await work({ ...opened, cloud: cloudOf(opened.cloud) });
  } finally {
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Timed {
  /** Milliseconds of the whole run. */
  readonly duration: number;
  /** Milliseconds of each step. */
  readonly steps: ReadonlyMap<StepId, number>;
}

/** Runs the steps of an installation with the driver. */
export async function drive(
  installation: Installation,
  engine: Engine,
  roles: readonly Role[] = everyone,
): Promise<Timed> {
  const startedAt = performance.now();
  const begun = new Map<StepId, number>();
  const steps = new Map<StepId, number>();
  const result = await runSteps(installation, engine, {
    roles,
    withoutHealth: true,
    openGate: async ({ id }, context) => {
      if (id === "backup") {
        await recordBackup(context, { sha256: "0".repeat(64), place: "none", keeper: "K", witness: "W" });
      }
    },
    onEvent: ({ type, step }) => {
      if (step === undefined) return;
      if (type === "step-started") begun.set(step, performance.now());
      if (type === "step-ended") steps.set(step, performance.now() - (begun.get(step) ?? Number.NaN));
    },
  });
  if (result.error !== undefined) throw result.error;
  return { duration: performance.now() - startedAt, steps };
}

/** The published order: each step waits for the one before it, and so is alone. */
export function oneAfterAnother(installation: Installation): Installation {
  const steps = installation.steps.map((step, index, all) => {
    const before = all[index - 1];
    return { ...step, dependsOn: before === undefined ? [] : [before.id] };
  });
  return { ...installation, steps };
}

/**
 * The published order without the driver: for each stack the calls of the Automation API that the driver makes, in its order, and nothing
 * else. What lies between the stacks is done, for their inputs come from it, and not counted.
 *
 * @returns milliseconds of each stack
 */
export async function bareCalls(
  installation: Installation,
  engine: Engine,
): Promise<ReadonlyMap<StepId, number>> {
  const durations = new Map<StepId, number>();
  for (const step of installation.steps) {
    const duration = await bareStack(installation, engine, step);
    if (duration !== undefined) durations.set(step.id, duration);
    else await drive({ ...installation, steps: [{ ...step, dependsOn: [] }] }, engine);
  }
  return durations;
}

async function bareStack(
  installation: Installation,
  engine: Engine,
  step: Step,
): Promise<number | undefined> {
  const definition = stackDefinitions.find(({ id }) => id === step.id);
  if (definition === undefined) return undefined;
  const { context } = await preparedFor(installation, definition, everyone);
  const startedAt = performance.now();
  const place = placeOf(installation, definition);
  const program = stackProgram(definition, context);
  const opened = await openEngineStack(engine, installation.cloud, place, program, "create");
  if (opened === undefined) throw new Error(`Stack ${definition.id} could not be opened.`);
  try {
    await opened.stack.preview({ color: "never", onEvent: () => {} });
    const { outputs } = await opened.stack.up({ color: "never", showSecrets: false, onEvent: () => {} });
    const duration = performance.now() - startedAt;
    const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    const account = accountIdOf(installation.inputs.deployment, definition.account);
    await installation.handoffs.write(
      definition.id,
      account,
      stackOutputSchemas[definition.id].parse(values),
    );
    return duration;
  } finally {
    await opened.close();
  }
}
