import type { WorldResource } from "../world.ts";
import type { Caller } from "./caller.ts";
import { keyFacts, standing } from "./catalogue.ts";
import type { OpenKey } from "./domains.ts";
import { type IndexedWorld, lastPart } from "./index-world.ts";
import type { Value } from "./operators.ts";

/** What a request carries under a key. */
export type Fact =
  | { readonly kind: "fixed"; readonly value: Value }
  | { readonly kind: "open"; readonly open: OpenKey }
  /** Nobody knows such a key. */
  | { readonly kind: "stranger" };

export interface RequestFacts {
  readonly world: IndexedWorld;
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  /** undefined where the ARN tells none and the resource is not listed. */
  readonly resourceAccount: string | undefined;
  readonly listedResource: WorldResource | undefined;
  readonly context: ReadonlyMap<string, Value>;
  readonly closed: boolean;
}

const absent: Fact = { kind: "fixed", value: null };
const fixed = (value: Value): Fact => ({ kind: "fixed", value });

/** In every request, whoever makes it. */
const alwaysPresent = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:securetransport",
  "aws:viaawsservice",
]);

/** AWS documents that the image's digest is PCR0 under another name. */
export function canonicalKey(key: string): string {
  const name = key.toLowerCase();
  return name === "kms:recipientattestation:imagesha384" ? "kms:recipientattestation:pcr0" : name;
}

/** Looks a key up: what the question fixes, then facts about the caller and the resource, then what the caller may choose. */
export function factOf(key: string, facts: RequestFacts): Fact {
  const given = facts.context.get(key);
  const place = standing(key, facts.action);
  // Even who asks for it cannot put a measurement into a call that has no place for one.
  if (given !== undefined && place !== "never carried") return fixed(given);
  const ofCaller = callerFact(key, facts);
  if (ofCaller !== undefined) {
    const left = facts.closed && ofCaller.kind === "open" && ofCaller.open.kind === "chosen";
    return left && !ofCaller.open.alwaysPresent ? absent : ofCaller;
  }
  if (place === "unknown") return { kind: "stranger" };
  if (place === "never carried") return absent;
  const ofResource = resourceFact(key, facts);
  if (ofResource !== undefined) return ofResource;
  if (facts.closed && !alwaysPresent.has(key)) return absent;
  return open("chosen", key);
}

function open(kind: OpenKey["kind"], key: string, present = alwaysPresent.has(key)): Fact {
  const { many, type } = keyFacts(key);
  return { kind: "open", open: { kind, many, type, alwaysPresent: present } };
}

const principalTypes: Readonly<Record<Caller["type"], Value>> = {
  role: "AssumedRole",
  user: "User",
  root: "Account",
  service: null,
  federated: null,
};

function callerFact(key: string, facts: RequestFacts): Fact | undefined {
  const { caller, world, action } = facts;
  const isAws = caller.type !== "service" && caller.type !== "federated";
  const stranger = isAws && caller.listed === undefined && caller.type !== "root";
  if (key.startsWith("aws:principaltag/")) {
    if (!isAws || caller.type === "root") return absent;
    if (stranger) return open("chosen", key);
    return tagFact(caller.listed?.tags, key);
  }
  switch (key) {
    case "aws:principalarn":
      return isAws ? fixed(caller.arn) : absent;
    case "kms:calleraccount":
      return isAws && action.toLowerCase().startsWith("kms:") ? fixed(caller.account) : absent;
    case "aws:principalaccount":
      return isAws ? fixed(caller.account) : absent;
    case "aws:principalorgid":
      return isAws ? organizationFact(key, caller.account, world, "chosen") : absent;
    case "aws:principalorgpaths":
      return isAws ? organizationFact(key, caller.account, world, "chosen") : absent;
    case "aws:principaltype":
      return fixed(principalTypes[caller.type]);
    case "aws:username":
      return caller.type === "user" ? fixed(lastPart(caller.arn)) : absent;
    case "aws:userid":
      if (caller.type === "root") return fixed(caller.account);
      return isAws ? open(stranger ? "chosen" : "unknown", key, true) : absent;
    case "aws:principalisawsservice":
      return fixed(String(caller.type === "service"));
    case "aws:principalservicename":
      return caller.type === "service" ? fixed(caller.arn) : absent;
    case "aws:principalservicenameslist":
      return caller.type === "service" ? open("unknown", key) : absent;
    case "aws:assumedroot":
      return caller.type === "root" ? open("chosen", key) : absent;
    // A service names the resource on whose behalf it calls; whoever made that resource chose it.
    case "aws:sourceaccount":
    case "aws:sourcearn":
    case "aws:sourceorgid":
    case "aws:sourceorgpaths":
    case "aws:sourceowner":
      return caller.type === "service" ? undefined : absent;
    default:
      return undefined;
  }
}

function resourceFact(key: string, facts: RequestFacts): Fact | undefined {
  const { world, resource, resourceAccount, listedResource } = facts;
  if (/(^|[:])(resourcetag|existingobjecttag)\//.test(key)) {
    const role = world.principals.get(resource);
    return role === undefined ? open("unknown", key) : tagFact(role.tags, key);
  }
  const region = resource.split(":")[3] ?? "";
  switch (key) {
    case "aws:resourceaccount":
    case "s3:resourceaccount":
      return resourceAccount === undefined ? open("unknown", key, true) : fixed(resourceAccount);
    case "aws:resourceorgid":
    case "aws:resourceorgpaths":
      if (resourceAccount === undefined) return open("unknown", key);
      return organizationFact(key, resourceAccount, world, "unknown");
    case "aws:requestedregion":
      return region === "" || region.includes("*") ? undefined : fixed(region);
    case "kms:keyorigin":
      return listedResource?.origin === undefined ? open("unknown", key, true) : fixed(listedResource.origin);
    case "kms:multiregion":
      return listedResource?.multiRegion === undefined
        ? open("unknown", key, true)
        : fixed(String(listedResource.multiRegion));
    case "kms:multiregionkeytype":
      return listedResource?.multiRegion === false ? absent : open("unknown", key);
    case "kms:keyspec":
    case "kms:keyusage":
    case "kms:customermasterkeyspec":
    case "kms:customermasterkeyusage":
    case "secretsmanager:secretprimaryregion":
      return open("unknown", key, true);
    case "kms:resourcealiases":
      return open("unknown", key);
    default:
      return key.startsWith("secretsmanager:resource/") ? open("unknown", key) : undefined;
  }
}

/** An account in no organization carries no organization's key; of an account that is not listed anything may be true. */
function organizationFact(
  key: string,
  account: string,
  { accounts }: IndexedWorld,
  unlisted: OpenKey["kind"],
): Fact {
  const listed = accounts.get(account);
  if (listed === undefined) return open(unlisted, key);
  if (listed.organization === null) return absent;
  const known = listed.organization !== undefined && key.endsWith("orgid");
  return known
    ? fixed(listed.organization?.id ?? null)
    : open("unknown", key, listed.organization !== undefined);
}

function tagFact(tags: Readonly<Record<string, string>> | undefined, key: string): Fact {
  if (tags === undefined) return open("unknown", key);
  const name = key.slice(key.indexOf("/") + 1);
  const found = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name);
  return fixed(found?.[1] ?? null);
}
