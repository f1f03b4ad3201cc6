import { accountOfNode, nodeNumbers } from "../spec/deployment.ts";
import { nodeAccountRoles, verifierRole } from "./account-roles.ts";
import { baselineOf, distinctAccounts } from "./accounts.ts";
import { deployRole } from "./deploy-role.ts";
import { identifiersOf } from "./identifiers.ts";
import type { KnownIdentifiers, ModelRole } from "./model.ts";
import { hostPolicy, shardAccessPolicy } from "./node-role-policies.ts";
import type { Scope } from "./scope.ts";
import { taskRoles } from "./task-roles.ts";
import { trustsHosts } from "./trust.ts";

/** Every role of all accounts, by its name without the prefix. */
export function roles(scope: Scope, known: KnownIdentifiers): Record<string, ModelRole> {
  const all: Record<string, ModelRole> = {};
  for (const account of distinctAccounts(scope)) {
    all[`deploy-${account}`] = deployRole(scope, account);
    all[`verifier-${account}`] = verifierRole(scope, account, baselineOf(scope, account));
  }
  for (const node of nodeNumbers) {
    Object.assign(all, nodeAccountRoles(scope, node, baselineOf(scope, accountOfNode(node))));
    all[`nitroRole${node}`] = {
      account: "infrastructure",
      stack: "baseline-infrastructure",
      ...scope.names.nodeRole(node),
      description: `Host of policy node ${node}`,
      trust: trustsHosts,
      identity: [
        { name: "host", document: hostPolicy(scope, node) },
        {
          name: "shard-access",
          document: shardAccessPolicy(scope, node, identifiersOf(scope, node, known)),
          stack: "nitro-nodes",
        },
      ],
    };
  }
  return { ...all, ...taskRoles(scope) };
}
