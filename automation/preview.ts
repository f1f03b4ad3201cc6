import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { accountIdOf } from "../spec/deployment.ts";
import { stacksOf } from "../stacks/index.ts";
import type { StackId } from "../stacks/outputs.ts";
import type { Changes, PlannedResource } from "./engine/events.ts";
import { UserError } from "./errors.ts";
import type { Installation } from "./installation.ts";
import { previewStack } from "./steps/stack-run.ts";
import { preparedFor } from "./steps/step-run.ts";
import { performs, type Role } from "./steps/steps.ts";

export interface PreviewedStack {
  readonly stack: StackId;
  readonly account: string;
  readonly role: string;
  /** False: previewed with placeholders, because an earlier step has not been performed. */
  readonly inputsKnown: boolean;
  readonly changes: Changes;
  readonly resources: readonly PlannedResource[];
}

/**
 * Lets a stack's name pass, or none.
 *
 * @throws UserError with the names that there are
 */
export function refuseUnknownStack(stack: string | undefined, known: readonly StackId[]): void {
  if (stack === undefined || known.some((id) => id === stack)) return;
  throw new UserError({
    code: "unknown-stack",
    message: `No stack is called ${stack}.`,
    hint: `one of ${known.join(", ")}`,
  });
}

/** How many previews run side by side: each is a process of the engine that keeps about one core busy. */
const atOnce = 3;

/** Previews the stacks of the chosen roles; reads accounts and engine state, changes neither. */
export async function previewStacks(
  installation: Installation,
  engine: PulumiCommand,
  options: {
    readonly roles: readonly Role[];
    readonly stack?: string;
    readonly report?: (stack: StackId) => void;
  },
): Promise<readonly PreviewedStack[]> {
  const { deployment } = installation.inputs;
  const all = stacksOf(deployment);
  refuseUnknownStack(
    options.stack,
    all.map(({ id }) => id),
  );
  const chosen = all.filter(({ id }) => {
    const step = installation.steps.find((one) => one.id === id);
    return step !== undefined && performs(options.roles, step, deployment) && (options.stack ?? id) === id;
  });
  const previewed = new Map<StackId, PreviewedStack>();
  const queue = [...chosen];
  const worker = async () => {
    for (let definition = queue.shift(); definition !== undefined; definition = queue.shift()) {
      options.report?.(definition.id);
      const prepared = await preparedFor(installation, definition, options.roles);
      const preview = await previewStack(installation, engine, definition, prepared);
      const step = installation.steps.find(({ id }) => id === definition.id);
      previewed.set(definition.id, {
        stack: definition.id,
        account: accountIdOf(deployment, definition.account),
        role: step?.role ?? "all",
        inputsKnown: prepared.inputsKnown,
        ...preview,
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return chosen.map(({ id }) => previewed.get(id)).filter((stack) => stack !== undefined);
}
