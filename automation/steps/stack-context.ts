import type { Model } from "../../isolation/model.ts";
import type { Inputs } from "../../spec/inputs.ts";
import type { StackContext, StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import type { StackId, StackOutputs } from "../../stacks/outputs.ts";
import type { Handoffs } from "../handoffs.ts";
import { currentModel } from "../model.ts";

/** Facts about the cloud that decide what a stack's program is given. */
export interface StackFacts {
  readonly imageDigests: Readonly<Record<string, string>>;
  /** The account's registry holds all of them. */
  readonly imagesPresent: boolean;
}

export interface PreparedStack {
  readonly context: StackContext;
  /** False: something the program is given is a placeholder. */
  readonly inputsKnown: boolean;
}

/** The stacks that run containers or hosts from the account's registry. */
export const stacksWithImages: ReadonlySet<StackId> = new Set(["wallet-long-lived", "wallet", "nitro-nodes"]);

/** Gathers what a stack's program is made from: the model with all identifiers known so far, and the hand-offs that it needs. */
export async function prepareStack(
  definition: StackDefinition,
  inputs: Inputs,
  handoffs: Handoffs,
  facts: StackFacts,
): Promise<PreparedStack> {
  const model = await currentModel(inputs, handoffs);
  const outputs = new Map<StackId, StackOutputs[StackId]>();
  let inputsKnown = !stacksWithImages.has(definition.id) || facts.imagesPresent;
  for (const needed of definition.needs) {
    const known = await handoffs.read(needed);
    if (known === undefined) inputsKnown = false;
    outputs.set(needed, known ?? placeholdersOf(needed, model));
  }
  const baseline = baselineOf(definition, inputs);
  const keyAdminRoleExists = baseline === undefined || (await handoffs.read(baseline)) !== undefined;
  if (!keyAdminRoleExists) inputsKnown = false;
  const walletSecrets = await handoffs.read("secrets-wallet");
  return {
    inputsKnown,
    context: {
      deployment: inputs.deployment,
      spec: inputs.walletSpec.content,
      model,
      outputsOf: <S extends StackId>(stack: S) => {
        const found = outputs.get(stack);
        if (found === undefined) {
          throw new Error(
            `Stack ${definition.id} reads the outputs of ${stack} without naming it in its needs.`,
          );
        }
        return found as StackOutputs[S];
      },
      imageDigests: facts.imageDigests,
      imagesPresent: facts.imagesPresent,
      revisions: walletSecrets === undefined ? {} : { "secrets-wallet": walletSecrets.revision },
      keyAdminRoleExists,
    },
  };
}

/** The baseline whose key-admin role a stack's provider assumes; undefined for the stacks that run as the deploy role. */
function baselineOf(definition: StackDefinition, inputs: Inputs): StackId | undefined {
  const node = /^policy-node([012])-long-lived$/.exec(definition.id)?.[1];
  if (node === undefined) return undefined;
  if (node === "0" || inputs.deployment.profile === "sandbox") return "baseline-infrastructure";
  return node === "1" ? "baseline-policy-node1" : "baseline-policy-node2";
}

function placeholdersOf(stack: StackId, model: Model): StackOutputs[StackId] {
  const definition = stackDefinitions.find(({ id }) => id === stack);
  if (definition === undefined) throw new Error(`No stack is called ${stack}.`);
  return definition.placeholders(model);
}
