import { join } from "node:path";
import { buildModel } from "../isolation/build-model.ts";
import type { KnownIdentifiers, Model } from "../isolation/model.ts";
import { ModelError } from "../isolation/scope.ts";
import { type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import type { Inputs } from "../spec/inputs.ts";
import { optionalServices } from "../spec/wallet-spec.ts";
import type { StackOutputs } from "../stacks/outputs.ts";
import { UserError } from "./errors.ts";
import type { Handoffs } from "./handoffs.ts";

/**
 * The planned policies and names of all accounts for these inputs.
 *
 * @throws UserError where deployment.yaml cannot be turned into policies, for instance an admin without a principal in their account
 */
export function buildModelFor(inputs: Inputs, known: KnownIdentifiers = { nodes: {} }): Model {
  try {
    return buildModel(inputs.deployment, servicesOf(inputs), known);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const file = join(inputs.folder, "deployment.yaml");
    throw new UserError(
      { code: "impossible-policies", message: `${error.path}: ${error.message}`, file },
      { cause: error },
    );
  }
}

/** The model with the identifiers that AWS chose, as far as the node accounts have handed them over. */
export async function currentModel(inputs: Inputs, handoffs: Handoffs): Promise<Model> {
  const nodes: Partial<Record<NodeNumber, StackOutputs["policy-node0-long-lived"]>> = {};
  for (const node of nodeNumbers) {
    const known = await handoffs.read(`policy-node${node}-long-lived`);
    if (known !== undefined) nodes[node] = known;
  }
  return buildModelFor(inputs, { nodes });
}

/** The wallet and whichever optional services the specification places in this environment. */
export function servicesOf(inputs: Inputs): string[] {
  return ["wallet", ...optionalServices(inputs.walletSpec.content, inputs.deployment.environment)];
}
