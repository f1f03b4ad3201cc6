import { accountOfNode, type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import { nodeKeys, nodeSecrets } from "./account-roles.ts";
import type { ModelSecret } from "./model.ts";
import { policy } from "./policy.ts";
import type { Scope } from "./scope.ts";
import { nodeSecretPolicy, readers, writers } from "./vault-policies.ts";
import { walletVault } from "./wallet-vault.ts";

/** Every secret of all vaults, by its name without environment and namespace. */
export function secrets(scope: Scope): Record<string, ModelSecret> {
  return Object.fromEntries([
    ...nodeNumbers.flatMap((node) => secretsOfNode(scope, node)),
    ...walletSecrets(scope),
  ]);
}

function secretsOfNode(scope: Scope, node: NodeNumber): [string, ModelSecret][] {
  const purposes = nodeSecrets(node);
  const descriptions: Record<keyof typeof purposes, string> = {
    masterPassword: "Sealed encryptor master password",
    nodePrivateKey: "Private key of the node's identity",
    tlsPrivateKey: "Private key of the node's certificates",
    database: "Database access of the node",
    configuration: "Signed configuration of the node",
    broker: "Broker password of the node",
  };
  const document = nodeSecretPolicy(scope, node);
  return Object.entries(purposes).map(([purpose, name]): [string, ModelSecret] => [
    name,
    {
      account: accountOfNode(node),
      stack: `policy-node${node}-long-lived`,
      logicalName: logicalName(name),
      name: scope.names.secret(name),
      description: `${descriptions[purpose as keyof typeof purposes]}, policy node ${node}`,
      key: nodeKeys(node).vault,
      policy: document,
    },
  ]);
}

function walletSecrets(scope: Scope): [string, ModelSecret][] {
  const deploy = scope.names.deployRole("infrastructure").arn;
  const execution = (workload: string) => scope.names.role("infrastructure", `${workload}-execution`).arn;
  return walletVault(scope.services).map((secret): [string, ModelSecret] => [
    secret.name,
    {
      account: "infrastructure",
      stack: "wallet-long-lived",
      logicalName: logicalName(secret.name),
      name: scope.names.secret(secret.name),
      description: secret.description,
      key: secret.key,
      policy: policy(readers([deploy, ...secret.readers.map(execution)]), writers(deploy)),
    },
  ]);
}

/** Names of the engine's resources hold letters, digits and hyphens. */
function logicalName(secret: string): string {
  return secret.replace(/[._]/g, "-");
}
