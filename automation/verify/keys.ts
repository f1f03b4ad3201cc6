import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  paginateListAliases,
  paginateListGrants,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { Grant, WorldResource } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";

/** A key of the account with everything that decides who may use it. */
export interface DeployedKey {
  readonly resource: WorldResource;
  /** Aliases without `alias/`. */
  readonly aliases: readonly string[];
  readonly part: PlannedPart;
}

/** Reads every key that the account's own people made; AWS's own keys cannot be used by anybody but its services. */
export async function readKeys({ kms }: AwsClients, account: string): Promise<readonly DeployedKey[]> {
  const aliases = new Map<string, string[]>();
  for await (const { Aliases: page = [] } of paginateListAliases({ client: kms }, {})) {
    for (const { AliasName: name = "", TargetKeyId: target = "" } of page) {
      aliases.set(target, [...(aliases.get(target) ?? []), name.replace(/^alias\//, "")]);
    }
  }
  const keys: DeployedKey[] = [];
  for await (const { Keys: page = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId: id = "" } of page) {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
      if (key === undefined || key.KeyManager !== "CUSTOMER") continue;
      const { Policy: policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: id }));
      const symmetric = key.KeySpec === "SYMMETRIC_DEFAULT" && key.KeyState === "Enabled";
      const rotation = symmetric
        ? await kms.send(new GetKeyRotationStatusCommand({ KeyId: id }))
        : { KeyRotationEnabled: undefined };
      const arn = key.Arn ?? "";
      keys.push({
        aliases: aliases.get(id) ?? [],
        resource: {
          arn,
          account,
          kind: "kms-key",
          policy: JSON.parse(policy) as Record<string, unknown>,
          grants: await grantsOf(kms, id),
          multiRegion: key.MultiRegion ?? false,
          origin: key.Origin ?? "unknown",
        },
        part: {
          urn: arn,
          type: "aws:kms/key:Key",
          operation: "same",
          inputs: {
            policy,
            keyUsage: key.KeyUsage,
            isEnabled: key.Enabled,
            enableKeyRotation: rotation.KeyRotationEnabled,
            // KMS tells the period only of a deletion that is under way.
            deletionWindowInDays: key.KeyState === "PendingDeletion" ? 0 : 30,
          },
        },
      });
    }
  }
  return keys;
}

async function grantsOf(client: AwsClients["kms"], keyId: string): Promise<Grant[]> {
  const grants: Grant[] = [];
  for await (const { Grants: page = [] } of paginateListGrants({ client }, { KeyId: keyId })) {
    for (const grant of page) {
      grants.push({
        id: grant.GrantId ?? "",
        granteePrincipal: grant.GranteePrincipal ?? "",
        operations: grant.Operations ?? [],
        ...(grant.Constraints === undefined ? {} : { constraints: { ...grant.Constraints } }),
      });
    }
  }
  return grants;
}
