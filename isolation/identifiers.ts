import { accountOfNode, type NodeNumber } from "../spec/deployment.ts";
import { nodeKeys, nodeSecrets } from "./account-roles.ts";
import { notYetMadeKeyArn, secretArn } from "./arns.ts";
import type { KnownIdentifiers } from "./model.ts";
import type { NodeIdentifiers } from "./node-role-policies.ts";
import type { Scope } from "./scope.ts";

/** Identifiers of a node's keys and secrets: those that AWS chose, or placeholders that no resource has. */
export function identifiersOf(scope: Scope, node: NodeNumber, known: KnownIdentifiers): NodeIdentifiers {
  return known.nodes[node] ?? placeholders(scope, node);
}

function placeholders(scope: Scope, node: NodeNumber): NodeIdentifiers {
  const account = accountOfNode(node);
  const key = (name: string) => notYetMadeKeyArn(scope.region, scope.id(account), name);
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
