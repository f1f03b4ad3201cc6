import { accountOfNode, type NodeNumber } from "../spec/deployment.ts";
import { viaService } from "./arns.ts";
import { breakGlass, denySideDoors, keyAdmin, rolesThroughAccount, root } from "./key-statements.ts";
import { type OneOrMany, type PolicyDocument, policy, type Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";

/** Every call that changes a secret, its labels, its place or its policy. */
const writingCalls = [
  "secretsmanager:CancelRotateSecret",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:DeleteSecret",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:PutSecretValue",
  "secretsmanager:RemoveRegionsFromReplication",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:RestoreSecret",
  "secretsmanager:RotateSecret",
  "secretsmanager:StopReplicationToReplica",
  "secretsmanager:TagResource",
  "secretsmanager:UntagResource",
  "secretsmanager:UpdateSecret",
  "secretsmanager:UpdateSecretVersionStage",
] as const;

/** Denies every writing call, those on the policy itself included, to all but these roles. */
export function writers(roleArns: OneOrMany): Statement {
  return {
    Sid: "Writers",
    Effect: "Deny",
    Principal: "*",
    Action: writingCalls,
    Resource: "*",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArns } },
  };
}

/** Denies reading the value to all but these roles. */
export function readers(roleArns: OneOrMany): Statement {
  return {
    Sid: "Readers",
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArns } },
  };
}

/** Resource policy of every secret of a node's vault: the node's host reads, the node's own administration writes. */
export function nodeSecretPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  const { names } = scope;
  const host = rolesThroughAccount(scope.id("infrastructure"), names.nodeRole(node).arn);
  return policy(
    {
      Sid: "Node",
      Effect: "Allow",
      Principal: host.Principal,
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: "*",
      Condition: host.condition,
    },
    writers([names.sealingRole(node).arn, names.keyAdminRole(node).arn]),
  );
}

/**
 * Policy of the key under which Secrets Manager keeps a node's vault. It is a key of its own because Secrets Manager's decryption
 * carries no attestation document; it is of no use but through Secrets Manager.
 *
 * The key-admin role makes the secrets, and Secrets Manager tries the key with the creator's rights then; the context that it uses
 * for the trial is fixed, so that the role cannot read a value by it (Secrets Manager user guide, "Secret encryption and decryption").
 */
export function vaultKeyPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  const { names } = scope;
  const through = { "kms:ViaService": viaService(scope, "secretsmanager") };
  const host = rolesThroughAccount(scope.id("infrastructure"), names.nodeRole(node).arn);
  return policy(
    {
      Sid: "NodeReads",
      Effect: "Allow",
      Principal: host.Principal,
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { ...host.condition, StringEquals: through },
    },
    {
      Sid: "SealingRoleWrites",
      Effect: "Allow",
      Principal: { AWS: names.sealingRole(node).arn },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: { StringEquals: through },
    },
    {
      Sid: "KeyAdminCreatesSecrets",
      Effect: "Allow",
      Principal: { AWS: names.keyAdminRole(node).arn },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: { ...through, "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess" },
      },
    },
    {
      Sid: "DenyBesidesSecretsManager",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringNotEquals: through },
    },
    denySideDoors,
    keyAdmin(names.keyAdminRole(node).arn),
    breakGlass(names.breakGlassRole(node).arn),
    root(scope, accountOfNode(node)),
  );
}

/** Policy of the key that signs a node's configuration and peer list; the sealing role alone signs, and its public half is public. */
export function configurationKeyPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  const { names } = scope;
  return policy(
    {
      Sid: "SignConfiguration",
      Effect: "Allow",
      Principal: { AWS: names.sealingRole(node).arn },
      Action: ["kms:Sign", "kms:GetPublicKey", "kms:DescribeKey"],
      Resource: "*",
    },
    denySideDoors,
    keyAdmin(names.keyAdminRole(node).arn),
    breakGlass(names.breakGlassRole(node).arn),
    root(scope, accountOfNode(node)),
  );
}
