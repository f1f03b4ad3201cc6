import { z } from "zod";
import type { OneOrMany } from "../../isolation/policy.ts";
import { tagsOf } from "../input.ts";
import type { Caller, CloudRequest, Right } from "../request.ts";
import type { StoredObject } from "../store.ts";
import { asList } from "../stored-policy.ts";
import type { Facts } from "./facts.ts";
import { organizationOf } from "./organizations.ts";
import { isRoot, isService, principalArn } from "./principals.ts";
import type { Context } from "./question.ts";

type Keys = Readonly<Record<string, OneOrMany | undefined>>;

/** One right of a request with what it is about. */
export interface Asked {
  readonly caller: Caller | null;
  readonly request: CloudRequest;
  readonly right: Right;
  readonly resourceAccount: string;
}

/** Every condition key that AWS would fill in for this request (service authorization reference). */
export function contextOf(store: Facts, asked: Asked, now: Date): Context {
  const { caller, request, right } = asked;
  const stored = store.byArn(right.resource);
  const [service] = right.action.split(":");
  const keys: Keys = {
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    "aws:RequestedRegion": request.region,
    "aws:SecureTransport": "true",
    "aws:ResourceAccount": asked.resourceAccount,
    "aws:ResourceOrgID": organizationOf(store, asked.resourceAccount)?.id,
    "aws:SourceVpce": request.endpoint,
    "aws:ViaAWSService": String(right.via !== undefined),
    "aws:CalledVia": calledVia(right.via),
    "aws:CalledViaFirst": calledVia(right.via),
    "aws:CalledViaLast": calledVia(right.via),
    ...(right.via === undefined ? { "aws:SourceIp": "127.0.0.1" } : {}),
    ...(caller === null ? {} : callerKeys(store, caller, now)),
    ...tagKeys("aws:ResourceTag/", stored === undefined ? {} : tagsOf(stored.properties)),
    ...requestTags(right.tags ?? tagsIn(request.input)),
    ...(service === "kms" ? kmsKeys(store, asked, stored) : {}),
    ...(service === "secretsmanager" ? secretKeys(request, stored) : {}),
    ...(service === "sts" ? sessionKeys(request) : {}),
    ...(service === "iam"
      ? tagKeys("iam:ResourceTag/", stored === undefined ? {} : tagsOf(stored.properties))
      : {}),
    ...request.context,
    ...right.context,
  };
  return new Map(
    Object.entries(keys).flatMap(([key, value]): [string, readonly string[]][] =>
      value === undefined ? [] : [[key.toLowerCase(), asList(value)]],
    ),
  );
}

/** `secretsmanager.us-east-2.amazonaws.com` as aws:CalledVia has it, without the Region. */
function calledVia(via: string | undefined): string | undefined {
  return via?.replace(/^([^.]+)\..*$/, "$1.amazonaws.com");
}

function callerKeys(store: Facts, caller: Caller, now: Date): Keys {
  const { account, principal } = caller;
  if (isService(caller)) {
    return {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": principal,
      "aws:SourceAccount": account,
    };
  }
  const arn = principalArn(caller);
  const session = principal.includes(":assumed-role/");
  const type = arn.includes(":user/") ? "aws:iam/user:User" : "aws:iam/role:Role";
  const name = arn.split("/").at(-1) ?? "";
  const stored = isRoot(caller) ? undefined : store.get(account, type, name);
  const id = `${stored?.properties.uniqueId ?? name}`;
  return {
    "aws:PrincipalArn": arn,
    "aws:PrincipalAccount": account,
    "aws:PrincipalOrgID": organizationOf(store, account)?.id,
    "aws:PrincipalType": isRoot(caller) ? "Account" : session ? "AssumedRole" : "User",
    "aws:PrincipalIsAWSService": "false",
    "aws:userid": isRoot(caller) ? account : session ? `${id}:${principal.split("/").at(-1)}` : id,
    "aws:username": arn.includes(":user/") ? name : undefined,
    "aws:TokenIssueTime": session ? now.toISOString() : undefined,
    // Long-term keys carry none; a session says whether its person showed one.
    "aws:MultiFactorAuthPresent":
      caller.secondFactor === undefined && !session ? undefined : String(caller.secondFactor === true),
    ...tagKeys("aws:PrincipalTag/", stored === undefined ? {} : tagsOf(stored.properties)),
  };
}

function tagKeys(prefix: string, tags: Readonly<Record<string, string>>): Keys {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]));
}

function requestTags(tags: Readonly<Record<string, string>>): Keys {
  const names = Object.keys(tags);
  return { ...tagKeys("aws:RequestTag/", tags), "aws:TagKeys": names.length === 0 ? undefined : names };
}

const listed = z.array(z.object({ Key: z.string(), Value: z.string().default("") }));
const mapped = z.record(z.string(), z.string());

/** Tags as AWS's API lists them, or as the engine's provider gives them. */
function tagsIn({ Tags, tags }: CloudRequest["input"]): Readonly<Record<string, string>> {
  const list = listed.safeParse(Tags);
  if (list.success) return Object.fromEntries(list.data.map(({ Key, Value }) => [Key, Value]));
  const map = mapped.safeParse(tags);
  return map.success ? map.data : {};
}

const stringMap = z.record(z.string(), z.string()).catch({});
const text = z.string().optional().catch(undefined);

function kmsKeys(
  store: Facts,
  { caller, request, right, resourceAccount }: Asked,
  stored: StoredObject | undefined,
): Keys {
  const { EncryptionContext, GranteePrincipal, KeyId, Operations } = request.input;
  // A right beside the request's own, and a service's call, has a context of its own.
  const own = right.action === `kms:${request.action}` && right.via === undefined;
  const pairs = Object.entries(own ? stringMap.parse(EncryptionContext ?? {}) : {});
  const key = stored?.type === "aws:kms/key:Key" ? stored : undefined;
  const named = text.parse(KeyId);
  return {
    // Of users and roles (KMS developer guide, "kms:CallerAccount"); a service that acts for itself belongs to no customer's account.
    "kms:CallerAccount": caller === null || isService(caller) ? undefined : caller.account,
    "kms:ViaService": right.via,
    ...encryptionKeys(Object.fromEntries(pairs)),
    ...(key === undefined ? {} : keyFacts(store, key, resourceAccount)),
    "kms:RequestAlias": own && named?.includes("alias/") ? named.replace(/^.*:(?=alias\/)/, "") : undefined,
    "kms:GranteePrincipal": own ? text.parse(GranteePrincipal) : undefined,
    "kms:GrantOperations": own
      ? z.array(z.string()).optional().catch(undefined).parse(Operations)
      : undefined,
    // Only AWS's own services ask for grants with this, through which the key serves a resource of theirs.
    "kms:GrantIsForAWSResource":
      right.action === "kms:CreateGrant" ? String(right.via !== undefined) : undefined,
  };
}

/** The condition keys of an encryption context. */
export function encryptionKeys(
  context: Readonly<Record<string, string>>,
): Readonly<Record<string, OneOrMany>> {
  const names = Object.keys(context);
  if (names.length === 0) return {};
  const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
  return { ...Object.fromEntries(pairs), "kms:EncryptionContextKeys": names };
}

function keyFacts(store: Facts, { arn, id, properties }: StoredObject, account: string): Keys {
  const aliases = store
    .list({ account, type: "aws:kms/alias:Alias" })
    .filter(({ properties: alias }) => alias.targetKeyId === id || alias.targetKeyId === arn)
    .map(({ properties: alias }) => `${alias.name}`);
  return {
    "kms:ResourceAliases": aliases.length === 0 ? undefined : aliases,
    "kms:KeySpec": `${properties.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT"}`,
    "kms:KeyUsage": `${properties.keyUsage ?? "ENCRYPT_DECRYPT"}`,
    "kms:KeyOrigin": `${properties.origin ?? "AWS_KMS"}`,
    "kms:MultiRegion": `${properties.multiRegion ?? false}`,
  };
}

function secretKeys({ input, action }: CloudRequest, stored: StoredObject | undefined): Keys {
  return {
    "secretsmanager:SecretId":
      action === "CreateSecret" ? undefined : (stored?.arn ?? text.parse(input.SecretId)),
    "secretsmanager:Name":
      action === "CreateSecret" ? (text.parse(input.Name) ?? text.parse(input.name)) : undefined,
    "secretsmanager:VersionId": text.parse(input.VersionId),
    "secretsmanager:VersionStage": text.parse(input.VersionStage),
    ...tagKeys("secretsmanager:ResourceTag/", stored === undefined ? {} : tagsOf(stored.properties)),
  };
}

function sessionKeys({ input }: CloudRequest): Keys {
  return {
    "sts:RoleSessionName": text.parse(input.RoleSessionName),
    "sts:ExternalId": text.parse(input.ExternalId),
  };
}
