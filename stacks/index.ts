import type { Deployment } from "../spec/deployment.ts";
import { baselineInfrastructure } from "./baseline-infrastructure.ts";
import { baselinePolicyNode1, baselinePolicyNode2 } from "./baseline-policy-node.ts";
import type { StackDefinition } from "./definition.ts";
import { nitroNodes } from "./nitro-nodes.ts";
import {
  policyNode0LongLived,
  policyNode1LongLived,
  policyNode2LongLived,
} from "./policy-node-long-lived.ts";
import { wallet } from "./wallet.ts";
import { walletLongLived } from "./wallet-long-lived.ts";

/** Every stack, each after those whose outputs it reads. */
export const stackDefinitions: readonly StackDefinition[] = [
  baselineInfrastructure,
  baselinePolicyNode1,
  baselinePolicyNode2,
  walletLongLived,
  policyNode0LongLived,
  policyNode1LongLived,
  policyNode2LongLived,
  wallet,
  nitroNodes,
];

/** The stacks of a deployment: all nine, or the seven of a sandbox, whose one account has one baseline. */
export function stacksOf(deployment: Deployment): readonly StackDefinition[] {
  const baselinesOfNodes: readonly StackDefinition[] = [baselinePolicyNode1, baselinePolicyNode2];
  return deployment.profile === "sandbox"
    ? stackDefinitions.filter((definition) => !baselinesOfNodes.includes(definition))
    : stackDefinitions;
}
