import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { ModelKey } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import { longLived, recoveryDays } from "./long-lived.ts";

/**
 * A KMS key that carries its final policy from its first moment: a key made first and given its policy later would be open to the
 * whole account in between.
 */
export function createKey(key: ModelKey, prefix: string, options: CustomResourceOptions): aws.kms.Key {
  const created = new aws.kms.Key(
    key.name,
    {
      description: key.description,
      policy: policyText(key.policy),
      keyUsage: key.usage === "sign" ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT",
      customerMasterKeySpec: key.usage === "sign" ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT",
      enableKeyRotation: key.rotation,
      multiRegion: false,
      deletionWindowInDays: recoveryDays,
    },
    { ...options, ...longLived },
  );
  new aws.kms.Alias(key.name, { name: `alias/${prefix}-${key.name}`, targetKeyId: created.keyId }, options);
  return created;
}
