import type { Provider } from "@pulumi/aws";
import { entry } from "../components/lookup.ts";
import { Vault } from "../components/vault.ts";
import { accountOfNode, type NodeNumber } from "../spec/deployment.ts";
import type { StackContext, StackDefinition } from "./definition.ts";
import { unknownId } from "./placeholders.ts";

/** The keys that guard one node's shard, and its vault. Runs as the account's key-admin role. */
function policyNodeLongLived(node: NodeNumber): StackDefinition<`policy-node${NodeNumber}-long-lived`> {
  const id = `policy-node${node}-long-lived` as const;
  const account = accountOfNode(node);
  return {
    id,
    account,
    title: `Sealing key, vault key, configuration key and vault of policy node ${node}`,
    needs: [],
    longLived: true,
    placeholders: ({ region, accountIds, nodes, secrets }) => {
      const accountId = accountIds[account];
      const key = (name: string) => `arn:aws:kms:${region}:${accountId}:key/${unknownId(name)}`;
      const ours = Object.entries(secrets).filter(([, { stack }]) => stack === id);
      return {
        sealingKeyArn: key(nodes[node].sealingKey),
        vaultKeyArn: key(nodes[node].vaultKey),
        configurationKeyArn: key(nodes[node].configurationKey),
        secretArns: Object.fromEntries(
          ours.map(([key, { name }]) => [
            key,
            `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${unknownId("suffix")}`,
          ]),
        ),
      };
    },
    program: ({ model }: StackContext, provider: Provider) => {
      const vault = new Vault(`policy-node${node}`, { model, stack: id }, { provider });
      const { sealingKey, vaultKey, configurationKey } = model.nodes[node];
      return {
        sealingKeyArn: entry(vault.keyArns, sealingKey, "key"),
        vaultKeyArn: entry(vault.keyArns, vaultKey, "key"),
        configurationKeyArn: entry(vault.keyArns, configurationKey, "key"),
        secretArns: vault.secretArns,
      };
    },
  };
}

export const policyNode0LongLived = policyNodeLongLived(0);
export const policyNode1LongLived = policyNodeLongLived(1);
export const policyNode2LongLived = policyNodeLongLived(2);
