import { pcr3 } from "../enclave/pcr.ts";
import { accountOfNode, type NodeNumber } from "../spec/deployment.ts";
import {
  breakGlass,
  denySideDoors,
  keyAdmin,
  plaintextCalls,
  rolesThroughAccount,
  root,
} from "./key-statements.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";

/** What an enclave must present: the release's image, and the role of the host that it runs on. */
export interface Pins {
  /** PCR0 of the release; two values only while an upgrade is under way. */
  readonly pcr0: readonly string[];
  readonly pcr3: string;
}

export function pinsOf(scope: Scope, node: NodeNumber): Pins {
  return { pcr0: scope.deployment.release.enclave.pcr0, pcr3: pcr3(scope.names.nodeRole(node).arn) };
}

/** Condition on the attestation document, both measurements at once: values are alternatives, keys are not. */
export function attested(pins: Pins) {
  return {
    StringEqualsIgnoreCase: {
      "kms:RecipientAttestation:PCR0": pins.pcr0,
      "kms:RecipientAttestation:PCR3": pins.pcr3,
    },
  } as const;
}

/**
 * What a sealed password is bound to. The configuration key's hash cannot be named here, because that key is made in the same stack
 * as this policy; that the caller names one is demanded, and that it is the right one follows from the cipher: a ciphertext opens
 * only under the very context that it was sealed with.
 */
function sealedContext(scope: Scope, node: NodeNumber) {
  return {
    StringEquals: {
      "kms:EncryptionContext:deployment": scope.names.prefix,
      "kms:EncryptionContext:node": String(node),
    },
    Null: { "kms:EncryptionContext:configurationKey": "false" },
  } as const;
}

/** Denies every plaintext call unless this one measurement is presented. One statement a measurement: keys of one block are ANDed. */
function denyUnattested(register: 0 | 3, accepted: readonly string[] | string): Statement {
  return {
    Sid: `DenyUnattestedPCR${register}`,
    Effect: "Deny",
    Principal: "*",
    Action: plaintextCalls,
    Resource: "*",
    Condition: { StringNotEqualsIgnoreCase: { [`kms:RecipientAttestation:PCR${register}`]: accepted } },
  };
}

/**
 * Policy of the key that seals a node's encryptor master password: an attested enclave on this node's host opens it, the sealing
 * role fills it without ever seeing the password, and nobody has a way around either.
 */
export function sealingKeyPolicy(scope: Scope, node: NodeNumber): PolicyDocument {
  const { names } = scope;
  const account = accountOfNode(node);
  const pins = pinsOf(scope, node);
  const context = sealedContext(scope, node);
  const host = rolesThroughAccount(scope.id("infrastructure"), names.nodeRole(node).arn);
  return policy(
    {
      Sid: "AttestedDecrypt",
      Effect: "Allow",
      Principal: host.Principal,
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { ...host.condition, ...attested(pins), ...context },
    },
    denyUnattested(0, pins.pcr0),
    denyUnattested(3, pins.pcr3),
    denySideDoors,
    {
      Sid: "Seal",
      Effect: "Allow",
      Principal: { AWS: names.sealingRole(node).arn },
      Action: "kms:GenerateDataKeyWithoutPlaintext",
      Resource: "*",
      Condition: context,
    },
    keyAdmin(names.keyAdminRole(node).arn),
    breakGlass(names.breakGlassRole(node).arn),
    root(scope, account),
  );
}
