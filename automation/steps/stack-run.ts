import {
  ConcurrentUpdateError,
  type EngineEvent,
  type PulumiCommand,
} from "@pulumi/pulumi/automation/index.js";
import type { Deployment } from "../../spec/deployment.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { stackOutputSchemas } from "../../stacks/outputs.ts";
import { stackProgram } from "../../stacks/run.ts";
import {
  type Changes,
  changesOf,
  type EngineProgress,
  noProgress,
  type PlannedResource,
  plannedDeletions,
  plannedResources,
  protectedLosses,
  type ResourceEvent,
  reduceEvent,
  resourceEvent,
} from "../engine/events.ts";
import { EngineFailure, engineFailure, undisturbed } from "../engine/failure.ts";
import { type EngineStack, forgetPending, keyOfUrn, openEngineStack, regionOf } from "../engine/stack.ts";
import { concurrentUpdate, isLeftLocked, releaseStaleLocks } from "../engine/stack-locks.ts";
import type { StackPlace } from "../engine/stack-place.ts";
import { refuseUnwritableState } from "../engine/state-damage.ts";
import { explainPending, explainTakeover, foundInCloud, takeOver } from "../engine/taking-over.ts";
import { CloudFailure } from "../errors.ts";
import { passGate } from "../guards/gate.ts";
import { changedIdentity, lostLongLived } from "../guards/guards.ts";
import type { HandoffContent } from "../handoffs.ts";
import type { Installation } from "../installation.ts";
import type { PreparedStack } from "./stack-context.ts";

export interface StackPreview {
  readonly changes: Changes;
  readonly resources: readonly PlannedResource[];
}

export function placeOf(installation: Installation, definition: StackDefinition): StackPlace {
  return {
    name: `${installation.inputs.deployment.environment}.${definition.id}`,
    account: definition.account,
    workFolder: installation.workFolder(definition.id),
  };
}

/** Previews one stack. A stack that does not exist yet is previewed against an empty state that is thrown away afterwards. */
export async function previewStack(
  installation: Installation,
  engine: PulumiCommand,
  definition: StackDefinition,
  prepared: PreparedStack,
): Promise<StackPreview> {
  const program = stackProgram(definition, prepared.context);
  const opened = await openEngineStack(
    engine,
    installation.cloud,
    placeOf(installation, definition),
    program,
    "scratch",
  );
  if (opened === undefined) throw new Error(`The preview of ${definition.id} found no state to start from.`);
  try {
    return await undisturbed(() => previewOpened(opened, definition, installation.inputs.deployment));
  } finally {
    await opened.close();
  }
}

async function previewOpened(
  opened: EngineStack,
  definition: StackDefinition,
  deployment: Deployment,
): Promise<StackPreview> {
  const events: EngineEvent[] = [];
  try {
    const result = await opened.stack.preview({ color: "never", onEvent: (event) => events.push(event) });
    return { changes: changesOf(result.changeSummary), resources: plannedResources(events) };
  } catch (error) {
    // The engine refuses these itself, as one error among others; here it is told as the guard's decision that it is.
    const refused = lostLongLived(definition.id, protectedLosses(events));
    throw refused ?? engineFailure(error, definition, deployment, events.reduce(reduceEvent, noProgress));
  }
}

export interface StackRun {
  readonly changes: Changes;
  readonly outputs: HandoffContent[keyof typeof stackOutputSchemas];
}

export interface StackRunOptions {
  /** Called with what is going on; the next line takes its place. */
  readonly report: (line: string) => void;
  /** Called with what was found or done besides the plan and has to stay on record: a removed lock, a takeover, a second attempt. */
  readonly note: (line: string) => void;
  /** Called for every resource that an update has done with. */
  readonly onResource?: (event: ResourceEvent) => void;
  /** Once aborted, the engine is told to stop. */
  readonly signal?: AbortSignal;
  /** Whether the run has been told to stop, by whichever way. */
  readonly stopping: () => boolean;
  /** Everybody has agreed that resources with policies may be deleted or replaced. */
  readonly allowPolicyReplacement: boolean;
}

/**
 * Brings one stack up to date: preview first, update only where the preview shows a change and plans the policies that are proven. What the cloud already has of this stack
 * and the state does not know is taken over, never made twice.
 *
 * @throws Refusal when the plan is not what has been proven
 * @throws CloudFailure naming stack, account and resource; running again resumes
 */
export async function runStack(
  installation: Installation,
  engine: PulumiCommand,
  definition: StackDefinition,
  prepared: PreparedStack,
  options: StackRunOptions,
): Promise<StackRun> {
  const { deployment } = installation.inputs;
  const place = placeOf(installation, definition);
  await refuseUnwritableState(installation.cloud, place);
  const bare = stackProgram(definition, prepared.context);
  // First: an engine that has outlived its run still writes the state.
  await releaseStaleLocks(installation.cloud, place, options);
  const opened = await openEngineStack(engine, installation.cloud, place, bare, "create");
  if (opened === undefined) throw new Error(`Stack ${definition.id} could not be opened.`);
  try {
    const { state } = opened;
    const moved = changedIdentity(deployment, {
      stack: definition.id,
      environment: deployment.environment,
      region: regionOf(state),
    });
    if (moved !== undefined) throw moved;
    if (state.pending.length > 0) {
      for (const { type, resource } of state.pending) options.note(explainPending(type, resource.urn));
      await forgetPending(opened.stack);
    }
    const preview = await undisturbed(
      () => previewOpened(opened, definition, deployment),
      () => !options.stopping(),
    );
    // No preview's sum counts what a run that was killed leaves: a stack without outputs, or a replaced resource that is still to be deleted.
    const complete = stackOutputSchemas[definition.id].safeParse(state.outputs).success;
    if (
      complete &&
      preview.resources.every(({ operation }) => operation === "same" || operation === "read")
    ) {
      return { changes: preview.changes, outputs: outputsOf(definition, state.outputs) };
    }
    passGate(prepared.context.model, definition, preview.resources, options.allowPolicyReplacement);
    const adopt = new Map<string, string>();
    if (preview.changes.create > 0) {
      const creates = preview.resources.filter(({ operation }) => operation === "create");
      const wanted = new Set(creates.map(({ urn }) => keyOfUrn(urn)));
      for (const [key, id] of await foundInCloud(installation, definition, wanted)) adopt.set(key, id);
      if (adopt.size > 0) options.note(explainTakeover([...adopt.keys()]));
    }
    // After an engine that was killed, what it was about has to be looked for first: by the next run.
    const mayTryAgain = async ({ details }: EngineFailure) => {
      if (options.stopping() || (await isLeftLocked(installation.cloud, place))) return false;
      const cause = details.known === undefined ? "" : ` (${details.known})`;
      const what = details.resources === undefined ? "ended though no resource failed" : "was stopped";
      options.note(`the engine ${what}${cause}; it runs once more`);
      return true;
    };
    const outputs = await update(opened, definition, prepared, preview, adopt, mayTryAgain, options);
    return { changes: preview.changes, outputs: outputsOf(definition, outputs) };
  } catch (error) {
    if (!(error instanceof EngineFailure) || !(error.cause instanceof ConcurrentUpdateError)) throw error;
    throw await concurrentUpdate(installation.cloud, place);
  } finally {
    await opened.close();
  }
}

/** Updates; where a create fails because the thing is there already and its id follows from its arguments, takes it over and goes on. */
async function update(
  opened: EngineStack,
  definition: StackDefinition,
  prepared: PreparedStack,
  preview: StackPreview,
  adopt: Map<string, string>,
  mayTryAgain: (failure: EngineFailure) => Promise<boolean>,
  options: StackRunOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const { deployment } = prepared.context;
  const planned = preview.resources.filter(({ operation }) => operation !== "same").length;
  const deletions = plannedDeletions(preview.resources);
  const attempt = async (events: EngineEvent[]) => {
    let progress: EngineProgress = { ...noProgress, planned };
    try {
      const result = await opened.stack.up({
        program: stackProgram(definition, prepared.context, { adopt, deletions }),
        color: "never",
        showSecrets: false,
        signal: options.signal,
        onEvent: (event) => {
          events.push(event);
          progress = reduceEvent(progress, event);
          const resource = resourceEvent(event);
          if (resource !== undefined) options.onResource?.(resource);
          if (progress.current !== undefined) options.report(progress.line);
        },
      });
      return Object.fromEntries(
        Object.entries(result.outputs).map(([name, { value }]) => [name, value as unknown]),
      );
    } catch (error) {
      throw engineFailure(error, definition, deployment, progress);
    }
  };
  // Ends: every further attempt takes over something that none before has.
  for (;;) {
    const events: EngineEvent[] = [];
    try {
      return await undisturbed(() => attempt(events), mayTryAgain);
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      const found = takeOver(error.progress, plannedResources(events), adopt);
      if (found.length === 0) throw error;
      options.note(explainTakeover(found));
    }
  }
}

function outputsOf(
  definition: StackDefinition,
  outputs: Readonly<Record<string, unknown>>,
): StackRun["outputs"] {
  const parsed = stackOutputSchemas[definition.id].safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new CloudFailure({
    code: "incomplete-outputs",
    message: `Stack ${definition.id} ended without all of its outputs: ${parsed.error.issues.map(({ path }) => path.join(".")).join(", ")}.`,
    hint: "run the same command again; the stack is brought up to date first",
  });
}
