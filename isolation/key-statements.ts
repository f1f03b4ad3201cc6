import type { AccountKey } from "../spec/deployment.ts";
import { rootArn } from "./arns.ts";
import type { OneOrMany, Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";

/** The calls that hand out plaintext under a key, and that honour an attestation document (KMS developer guide). */
export const plaintextCalls = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:DeriveSharedSecret",
] as const;

/** Ways around an attestation condition: none of these calls carries an attestation document, and a grant outlives the policy. */
const sideDoors = [
  "kms:ReEncrypt*",
  "kms:CreateGrant",
  "kms:ReplicateKey",
  "kms:UpdatePrimaryRegion",
  "kms:ImportKeyMaterial",
  "kms:DeleteImportedKeyMaterial",
] as const;

/** What a stack calls to make, tag and name a key and to keep its policy; nothing cryptographic, nothing destructive. */
const administrativeCalls = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:ListKeyPolicies",
  "kms:PutKeyPolicy",
  "kms:ListGrants",
  "kms:GetKeyRotationStatus",
  "kms:EnableKeyRotation",
  "kms:ListResourceTags",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
  "kms:CreateAlias",
] as const;

/** Reading about a key, for everybody in its account whose identity policy allows it: what `verify` and an auditor need. */
const readingCalls = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:GetPublicKey",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
] as const;

/**
 * Principal and condition that together mean "these roles of that account": naming the account keeps the order of creation free and
 * survives a re-created role; the role's own identity policy has to allow the call as well.
 */
export function rolesThroughAccount(accountId: string, roleArns: OneOrMany) {
  return {
    Principal: { AWS: rootArn(accountId) },
    condition: { ArnEquals: { "aws:PrincipalArn": roleArns } },
  } as const;
}

/** Denies the side doors to everybody, the key's own administrator included. */
export const denySideDoors: Statement = {
  Sid: "DenySideDoors",
  Effect: "Deny",
  Principal: "*",
  Action: sideDoors,
  Resource: "*",
};

/**
 * Lets a role make, tag and name the key and change its policy, which an upgrade to another measurement needs. The role has to exist
 * before the key does, and a re-created one of the same name has no access: KMS keeps a role's unique id, not its name.
 */
export function keyAdmin(roleArn: string): Statement {
  return {
    Sid: "KeyAdmin",
    Effect: "Allow",
    Principal: { AWS: roleArn },
    Action: administrativeCalls,
    Resource: "*",
  };
}

/** Taking a key out of service, apart from its administration; the waiting period of a deletion is 30 days. */
export function breakGlass(roleArn: string): Statement {
  return {
    Sid: "BreakGlass",
    Effect: "Allow",
    Principal: { AWS: roleArn },
    Action: ["kms:ScheduleKeyDeletion", "kms:DisableKey"],
    Resource: "*",
  };
}

/** The account itself may read about the key and nothing else, so no identity policy of the account reaches what it protects. */
export function root(scope: Scope, account: AccountKey): Statement {
  return {
    Sid: "Root",
    Effect: "Allow",
    Principal: { AWS: rootArn(scope.id(account)) },
    Action: readingCalls,
    Resource: "*",
  };
}
