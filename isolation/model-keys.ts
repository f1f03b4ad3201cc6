import { accountOfNode, type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import { nodeKeys } from "./account-roles.ts";
import { baselineOf, distinctAccounts } from "./accounts.ts";
import type { ModelKey } from "./model.ts";
import type { PolicyDocument } from "./policy.ts";
import type { Scope } from "./scope.ts";
import { sealingKeyPolicy } from "./sealing-key-policy.ts";
import {
  artefactKeyPolicy,
  backupKeyPolicy,
  databaseKeyPolicy,
  logKeyPolicy,
  trailKeyPolicy,
  walletVaultKeyPolicy,
} from "./service-key-policies.ts";
import { configurationKeyPolicy, vaultKeyPolicy } from "./vault-policies.ts";

/** Every key of all accounts. */
export function keys(scope: Scope): readonly ModelKey[] {
  return [
    ...nodeNumbers.flatMap((node) => keysOfNode(scope, node)),
    ...walletKeys(scope),
    ...trailKeys(scope),
  ];
}

function keysOfNode(scope: Scope, node: NodeNumber): ModelKey[] {
  const names = nodeKeys(node);
  const common = { account: accountOfNode(node), stack: `policy-node${node}-long-lived` } as const;
  const encrypts = { ...common, usage: "encrypt", rotation: true } as const;
  return [
    {
      ...encrypts,
      name: names.sealing,
      description: `Seals the master password of policy node ${node}`,
      policy: sealingKeyPolicy(scope, node),
    },
    {
      ...encrypts,
      name: names.vault,
      description: `Vault of policy node ${node}`,
      policy: vaultKeyPolicy(scope, node),
    },
    {
      ...common,
      usage: "sign",
      rotation: false,
      name: names.configuration,
      description: `Signs the configuration of policy node ${node}`,
      policy: configurationKeyPolicy(scope, node),
    },
  ];
}

function walletKeys(scope: Scope): ModelKey[] {
  const key = (stack: string, name: string, description: string, document: PolicyDocument): ModelKey => ({
    account: "infrastructure",
    stack,
    name,
    description,
    policy: document,
    usage: "encrypt",
    rotation: true,
  });
  return [
    key(
      "wallet-long-lived",
      "wallet",
      "Vault of the wallet and its services",
      walletVaultKeyPolicy(scope, "wallet"),
    ),
    key("wallet-long-lived", "broker", "Vault of the broker", walletVaultKeyPolicy(scope, "broker")),
    key("wallet-long-lived", "databases", "Databases and their master secrets", databaseKeyPolicy(scope)),
    key("wallet-long-lived", "backups", "Backups", backupKeyPolicy(scope)),
    key("baseline-infrastructure", "logs", "Log groups", logKeyPolicy(scope)),
    key("baseline-infrastructure", "artefacts", "Artefacts", artefactKeyPolicy(scope)),
  ];
}

function trailKeys(scope: Scope): ModelKey[] {
  return distinctAccounts(scope).map((account) => ({
    account,
    stack: baselineOf(scope, account),
    name: `trail-${account}`,
    description: "Trail and alarm topic of this account",
    policy: trailKeyPolicy(scope, account),
    usage: "encrypt",
    rotation: true,
  }));
}
