import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  paginateListAliases,
  paginateListGrants,
  paginateListKeys,
  paginateListResourceTags,
} from "@aws-sdk/client-kms";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { Grant, WorldResource } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";
import type { Attempt } from "./attempt.ts";

/** A key of the account with everything that decides who may use it. */
export interface DeployedKey {
  readonly resource: WorldResource;
  /** Without `alias/`. */
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
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

/**
 * What the deployment calls each of these keys: the end of its alias. A run that was cut off may have left a key without one; it is
 * known by its tags then, unless another key has that name already.
 *
 * @param deployment `<namespace>-<environment>`, with which every alias begins
 * @returns pairs of a name and the key that bears it
 */
export function namedKeys<K extends Pick<DeployedKey, "aliases" | "tags">>(
  keys: readonly K[],
  deployment: string,
): readonly (readonly [string, K])[] {
  const byAlias = keys.flatMap((key) =>
    key.aliases
      .filter((alias) => alias.startsWith(`${deployment}-`))
      .map((alias) => [alias.slice(deployment.length + 1), key] as const),
  );
  const byTag = keys
    .filter(({ tags }) => tags["ivault:deployment"] === deployment)
    .map((key) => [key.tags["ivault:resource"]?.replace(/^[^/]*\//, "") ?? "", key] as const);
  const once = byTag.filter(
    ([name, key]) =>
      !byAlias.some(([other, of]) => other === name || of === key) &&
      byTag.filter(([other]) => other === name).length === 1,
  );
  return [...byAlias, ...once];
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
  const tags: Record<string, string> = {};
  for await (const { Tags: page = [] } of paginateListResourceTags({ client: kms }, { KeyId: id })) {
    for (const { TagKey = "", TagValue = "" } of page) tags[TagKey] = TagValue;
  }
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
      tags,
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
