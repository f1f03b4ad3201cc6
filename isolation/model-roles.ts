import { accountOfNode, type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import { nodeAccountRoles, nodeKeys, nodeSecrets, verifierRole } from "./account-roles.ts";
import { baselineOf, distinctAccounts } from "./accounts.ts";
import { secretArn } from "./arns.ts";
import { deployRole } from "./deploy-role.ts";
import type { KnownIdentifiers, ModelRole } from "./model.ts";
import { hostPolicy, type NodeIdentifiers, shardAccessPolicy } from "./node-role-policies.ts";
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
          document: shardAccessPolicy(scope, node, known.nodes[node] ?? placeholders(scope, node)),
          stack: "nitro-nodes",
        },
      ],
    };
  }
  return { ...all, ...taskRoles(scope) };
}

/** Stand for identifiers that AWS has not chosen yet; no key has such an id. */
function placeholders(scope: Scope, node: NodeNumber): NodeIdentifiers {
  const account = accountOfNode(node);
  const key = (name: string) => `arn:aws:kms:${scope.region}:${scope.id(account)}:key/not-yet-made-${name}`;
  const names = nodeKeys(node);
  return {
    sealingKeyArn: key(names.sealing),
    vaultKeyArn: key(names.vault),
    configurationKeyArn: key(names.configuration),
    secretArns: Object.fromEntries(
      Object.values(nodeSecrets(node)).map((name) => [name, secretArn(scope, account, name)]),
    ),
  };
}
