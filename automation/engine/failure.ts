import { CommandError, ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { accountIdOf, type Deployment } from "../../spec/deployment.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { CloudFailure, type FailedResource } from "../errors.ts";
import { helpForEngine, saidByEngine } from "../failures/explain.ts";
import { codesInDiagnostic, helpFor } from "../failures/failure-help.ts";
import type { EngineProgress } from "./events.ts";
import { keyOfUrn } from "./stack.ts";

/** A failure of the engine with what its events said about it. */
export class EngineFailure extends CloudFailure {
  readonly progress: EngineProgress;
  constructor(details: CloudFailure["details"], progress: EngineProgress, cause: Error) {
    super(details, { cause });
    this.progress = progress;
  }
}

/** The failure of an operation on a stack: stack, account, every failed resource with its cause, and what is known of the cause. */
export function engineFailure(
  error: unknown,
  definition: StackDefinition,
  deployment: Deployment,
  progress: EngineProgress,
): Error {
  if (!(error instanceof CommandError)) return error as Error;
  const resources = progress.failed.map(({ urn, message }): FailedResource => {
    const [type = "", ...name] = keyOfUrn(urn).split("::");
    return { urn, type, name: name.join("::"), message };
  });
  const causes = [
    ...resources.map(({ type, name, message }) => `${type} ${name}: ${message}`),
    ...progress.errors,
    // An engine that was killed has not come to say what failed.
    ...(resources.length > 0 ? [] : progress.running.map((urn) => `${keyOfUrn(urn)} was under way`)),
  ];
  const account = accountIdOf(deployment, definition.account);
  // The command's own message holds its whole output; the events say the same without the noise.
  const detail = causes.length > 0 ? causes.join("\n  ") : saidByEngine(error);
  return new EngineFailure(
    {
      code: "engine-failed",
      message: `Stack ${definition.id} (account ${account}) failed:\n  ${detail}`,
      stack: definition.id,
      account,
      ...(resources.length === 0 ? {} : { resources }),
      ...helpForEngine(causes, error),
    },
    progress,
    error,
  );
}

/**
 * Runs an operation of the engine, and once more if it failed without any of its resources having failed, or only by asking for
 * deletions that no preview planned. A promise that the program of one stack leaves rejected fails the programs of all stacks that run
 * in this process (pulumi/pulumi#10744); a program that ended too early makes the engine delete what it had not come to; a plugin that
 * died is started again; what really is wrong with this stack fails the second time too.
 */
export async function undisturbed<T>(
  operation: () => Promise<T>,
  mayTryAgain: (failure: EngineFailure) => boolean | Promise<boolean> = () => true,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof EngineFailure) || error.cause instanceof ConcurrentUpdateError) throw error;
    const disturbed = error.progress.failed.every(isRefusedDeletion);
    if (!disturbed || !(await mayTryAgain(error))) throw error;
    return await operation();
  }
}

/** Whether a resource failed because the program's guard did not let the engine delete it. */
function isRefusedDeletion({ message }: EngineProgress["failed"][number]): boolean {
  return helpFor(codesInDiagnostic(message))?.id === "deletion-not-planned";
}
