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
import type { Attempt } from "./attempt.ts";

/** A key of the account with everything that decides who may use it. */
export interface DeployedKey {
  readonly resource: WorldResource;
  readonly aliases: readonly string[];
  readonly parts: readonly PlannedPart[];
}

/** Reads every key that the account's own people made; AWS's own keys cannot be used by anybody but its services. */
export async function readKeys(
  { kms }: AwsClients,
  account: string,
  attempt: Attempt,
): Promise<readonly DeployedKey[]> {
  const aliases = new Map<string, string[]>();
  for await (const { Aliases: page = [] } of paginateListAliases({ client: kms }, {})) {
    for (const { AliasName: name = "", TargetKeyId: target = "" } of page) {
      aliases.set(target, [...(aliases.get(target) ?? []), name.replace(/^alias\//, "")]);
    }
  }
  const keys: DeployedKey[] = [];
  for await (const { Keys: page = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId: id = "", KeyArn: arn = id } of page) {
      const key = await attempt(arn, () => readKey(kms, id, account, aliases.get(id) ?? []));
      if (key !== undefined) keys.push(...key);
    }
  }
  return keys;
}

async function readKey(
  kms: AwsClients["kms"],
  id: string,
  account: string,
  aliases: readonly string[],
): Promise<readonly DeployedKey[]> {
  const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
  if (key === undefined || key.KeyManager !== "CUSTOMER") return [];
  const { Policy: policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: id }));
  const symmetric = key.KeySpec === "SYMMETRIC_DEFAULT" && key.KeyState === "Enabled";
  const rotation = symmetric
    ? await kms.send(new GetKeyRotationStatusCommand({ KeyId: id }))
    : { KeyRotationEnabled: undefined };
  const arn = key.Arn ?? "";
  const part: PlannedPart = {
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
  };
  return [
    {
      aliases,
      resource: {
        arn,
        account,
        kind: "kms-key",
        policy: JSON.parse(policy) as Record<string, unknown>,
        grants: await grantsOf(kms, id),
        multiRegion: key.MultiRegion ?? false,
        origin: key.Origin ?? "unknown",
      },
      parts: [part],
    },
  ];
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
