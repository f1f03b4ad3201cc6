import type { NodeNumber } from "../spec/deployment.ts";
import { bucketArn, viaService } from "./arns.ts";
import type { KnownIdentifiers } from "./model.ts";
import { type PolicyDocument, policy } from "./policy.ts";
import { decryptThrough, pullImage, registryLogin, writeLogs } from "./pull-statements.ts";
import type { Scope } from "./scope.ts";
import { attested, pinsOf } from "./sealing-key-policy.ts";

/**
 * What a node's host may do in its own account: pull the host's image, read the enclave's (one object), write its own log group. No session
 * manager, no change to anything.
 */
export function hostPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  const artefacts = scope.names.bucket("infrastructure", "artefacts");
  return policy(
    registryLogin,
    pullImage(scope, "policy-node"),
    {
      Sid: "ReadEnclaveImage",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${bucketArn(artefacts)}/${scope.deployment.release.enclave.imageKey}`,
    },
    decryptThrough(scope, "infrastructure", ["artefacts"], "s3"),
    writeLogs(scope, `nitro-enclaves/instance${node}`),
  );
}

/** Identifiers of a node's keys and secrets, as AWS chose them. */
export type NodeIdentifiers = NonNullable<KnownIdentifiers["nodes"][NodeNumber]>;

/**
 * The wallet account's half of the access to a node's keys and vault, with exact ARNs. The attestation condition stands here too:
 * the role holds no unattested right on the sealing key, whatever that key's policy may once say.
 */
export function shardAccessPolicy(
  scope: Scope,
  node: NodeNumber,
  identifiers: NodeIdentifiers,
): PolicyDocument {
  return policy(
    {
      Sid: "AttestedDecrypt",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: identifiers.sealingKeyArn,
      Condition: attested(pinsOf(scope, node)),
    },
    {
      Sid: "ReadVault",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: Object.values(identifiers.secretArns),
    },
    {
      Sid: "DecryptVault",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: identifiers.vaultKeyArn,
      Condition: { StringEquals: { "kms:ViaService": viaService(scope, "secretsmanager") } },
    },
  );
}
