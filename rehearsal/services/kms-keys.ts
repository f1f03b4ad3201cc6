import { z } from "zod";
import { members, tagList } from "../input.ts";
import { AwsError, type CloudRequest } from "../request.ts";
import type { StoredObject } from "../store.ts";
import type { HandlerContext } from "./handler.ts";
import { attestationKeys } from "./kms-recipient.ts";

const keyProperties = z.object({
  keyId: z.string(),
  policy: z.string(),
  description: z.string().default(""),
  keyUsage: z.string().default("ENCRYPT_DECRYPT"),
  customerMasterKeySpec: z.string().default("SYMMETRIC_DEFAULT"),
  isEnabled: z.boolean().default(true),
  enableKeyRotation: z.boolean().default(false),
  multiRegion: z.boolean().default(false),
  origin: z.string().default("AWS_KMS"),
  /** Present while the key waits to be deleted. */
  deletionDate: z.string().optional(),
});
const aliasProperties = z.object({ name: z.string(), targetKeyId: z.string() });
const grantProperties = z.object({
  grantId: z.string(),
  name: z.string().optional(),
  granteePrincipal: z.string(),
  operations: z.array(z.string()),
});

/** A key as the engine's provider made it. */
export interface Key {
  readonly account: string;
  readonly arn: string;
  readonly properties: z.infer<typeof keyProperties>;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** How requests name a key: id, ARN, alias or alias ARN. */
export const keyId = z.string().min(1);

export function requestedKey(request: HandlerContext): Key | undefined {
  return findKey(request, members({ KeyId: keyId }, request.input).KeyId);
}

/** Decides and logs under the key's ARN and owner; a key that is not there is the caller's own account's matter. */
export function onKey<T extends Record<string, unknown>>(
  request: HandlerContext,
  action: string,
  key: Key | undefined,
  work: (key: Key) => T,
): Promise<T> {
  const asked = { ...cloudRequest(request, action, key), context: attestationKeys(request, action) };
  return request.cloud.perform(asked, () => {
    if (key !== undefined) {
      if (request.input.DryRun === true) throw wouldSucceed();
      return work(key);
    }
    const arn = namedArn(request) ?? "of the ciphertext";
    const kind = arn.includes(":alias/") ? "Alias" : "Key";
    throw new AwsError(
      "NotFoundException",
      kind === "Alias" ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`,
    );
  });
}

/** A dry run ends where the effect would begin (KMS API reference, `DryRun`). */
function wouldSucceed(): AwsError {
  const message = "The request would have succeeded, but the DryRun option is set.";
  return new AwsError("DryRunOperationException", message, 412);
}

export function cloudRequest(request: HandlerContext, action: string, key: Key | undefined): CloudRequest {
  const { caller, region, input } = request;
  const resource =
    key?.arn ?? (action === "ListAliases" || action === "ListKeys" ? undefined : namedArn(request));
  return { caller, service: "kms", action, region, resource, resourceAccount: key?.account, input };
}

/** The ARN that the request means, whether anything has it or not. */
function namedArn(request: HandlerContext): string | undefined {
  const { KeyId } = members({ KeyId: keyId.optional() }, request.input);
  if (KeyId === undefined || KeyId.startsWith("arn:")) return KeyId;
  return ownArn(request, KeyId.startsWith("alias/") ? KeyId : `key/${KeyId}`);
}

export function ownArn({ caller, region }: HandlerContext, resource: string): string {
  return `arn:aws:kms:${region}:${caller.account}:${resource}`;
}

/** By id, key ARN, alias or alias ARN; ids and aliases without an account are the caller's. */
export function findKey(request: HandlerContext, named: string): Key | undefined {
  const { cloud, caller, region } = request;
  const [, , , arnRegion = region, account = caller.account, resource = named] = named.split(":");
  const alias = /^alias\/.+$/.exec(resource)?.[0];
  const target =
    alias === undefined
      ? resource.replace(/^key\//, "")
      : aliases(request, account)
          .find(({ name }) => name === alias)
          ?.targetKeyId.replace(/^.*key\//, "");
  const stored =
    target === undefined ? undefined : cloud.store.byArn(`arn:aws:kms:${arnRegion}:${account}:key/${target}`);
  return stored === undefined || arnRegion !== region ? undefined : keyOf(stored);
}

/** Every key of the caller's account. */
export function keysOf({ cloud, caller }: HandlerContext): Key[] {
  return cloud.store.list({ account: caller.account, type: "aws:kms/key:Key" }).map(keyOf);
}

function keyOf({ account, arn, properties }: StoredObject): Key {
  return {
    account,
    arn: z.string().parse(arn),
    properties: keyProperties.parse(properties),
    tags: tagList(properties),
  };
}

export function aliases(
  { cloud, caller }: HandlerContext,
  account = caller.account,
): z.infer<typeof aliasProperties>[] {
  return cloud.store
    .list({ account, type: "aws:kms/alias:Alias" })
    .map(({ properties }) => aliasProperties.parse(properties))
    .map(({ name, targetKeyId }) => ({ name, targetKeyId: targetKeyId.replace(/^.*key\//, "") }));
}

export function grantsOf({ cloud }: HandlerContext, { account, arn, properties }: Key) {
  const names = [arn, properties.keyId];
  return cloud.store
    .list({ account, type: "aws:kms/grant:Grant" })
    .filter((grant) => names.includes(String(grant.properties.keyId)))
    .map((grant) => grantProperties.parse(grant.properties))
    .map(({ grantId, name, granteePrincipal, operations }) => ({
      KeyId: arn,
      GrantId: grantId,
      Name: name,
      GranteePrincipal: granteePrincipal,
      Operations: operations,
    }));
}

export function metadata({ account, arn, properties }: Key) {
  const { customerMasterKeySpec, keyUsage, isEnabled, deletionDate } = properties;
  const algorithms =
    keyUsage === "SIGN_VERIFY"
      ? { SigningAlgorithms: ["ECDSA_SHA_256"] }
      : { EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"] };
  return {
    AWSAccountId: account,
    KeyId: properties.keyId,
    Arn: arn,
    Enabled: isEnabled,
    Description: properties.description,
    KeyUsage: keyUsage,
    KeyState: deletionDate !== undefined ? "PendingDeletion" : isEnabled ? "Enabled" : "Disabled",
    DeletionDate: deletionDate === undefined ? undefined : new Date(deletionDate),
    Origin: properties.origin,
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: customerMasterKeySpec,
    KeySpec: customerMasterKeySpec,
    ...algorithms,
    MultiRegion: properties.multiRegion,
  };
}
