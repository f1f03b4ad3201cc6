import { buildModel } from "../../isolation/build-model.ts";
import type { Deployment } from "../../spec/deployment.ts";
import { optionalServices, type WalletSpec } from "../../spec/wallet-spec.ts";
import type { StackContext, StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import type { StackId, StackOutputs } from "../../stacks/outputs.ts";

export interface ContextOptions {
  readonly imagesPresent?: boolean;
  readonly keyAdminRoleExists?: boolean;
}

/** A program's context in which every other stack's outputs are the placeholders of its definition. */
export function contextOf(
  deployment: Deployment,
  spec: WalletSpec,
  options: ContextOptions = {},
): StackContext {
  const model = buildModel(deployment, ["wallet", ...optionalServices(spec, deployment.environment)]);
  return {
    deployment,
    spec,
    model,
    outputsOf: <S extends StackId>(stack: S) => definitionOf(stack).placeholders(model) as StackOutputs[S],
    imageDigests: Object.fromEntries(
      Object.keys(model.repositories).map((component, index) => [
        component,
        `sha256:${String(index).repeat(64)}`,
      ]),
    ),
    imagesPresent: options.imagesPresent ?? true,
    revisions: { "secrets-wallet": "1" },
    keyAdminRoleExists: options.keyAdminRoleExists ?? true,
  };
}

export function definitionOf(id: StackId): StackDefinition {
  const found = stackDefinitions.find((definition) => definition.id === id);
  if (found === undefined) throw new Error(`No stack is called ${id}.`);
  return found;
}
