import type { IndexedWorld, Principal } from "../evaluation/access.ts";
import { compile, plain } from "../evaluation/pattern.ts";
import type { World } from "../world.ts";
import { listedPrincipal, principalOf, rootOf, unlistedIn } from "./actors.ts";
import { accountOf } from "./parties.ts";

/** An account that nothing mentions: whatever it may do, every stranger may. */
const strangersAccount = "000000000000";

/** A service that nothing mentions. */
const anyService = "unlisted.amazonaws.com";

/**
 * Callers that stand for all callers of an account's resource. Of those whom no document mentions one stands for the others, since
 * everybody counts with everything, and an unlisted principal carries any tag; a stranger's account, which may be in any organization
 * and is bound by no policy, stands for every account that no document mentions. The solver is asked about the same statement with
 * the caller as a free string.
 *
 * @param documents every policy that is read for a request on the resource.
 */
export function candidates(world: World, account: string, documents: readonly unknown[]): Principal[] {
  const texts = documents.flatMap(textsIn);
  const isMentioned = mentionedIn(documents);
  const accounts = new Set([
    account,
    ...texts.flatMap((text) => text.match(/(?<!\d)\d{12}(?!\d)/g) ?? []),
    ...texts.flatMap((text) => strangersFitting(text.startsWith("arn:") ? accountOf(text) : text)),
    strangersAccount,
  ]);
  const arns = principalPatterns(texts).flatMap((pattern) => instances(pattern, [...accounts]));
  const found = [
    ...[...accounts].flatMap((id) => [...unlistedIn(id), rootOf(id)]),
    ...world.principals.filter(({ arn }) => isMentioned(arn)).map(listedPrincipal),
    ...arns.map((arn) => principalOf(world, arn)),
    ...[anyService, ...texts]
      .filter((text) => /^[a-z0-9.-]+\.amazonaws\.com$/.test(text))
      .map((arn): Principal => ({ arn, account: "", kind: "service" })),
  ];
  return [...new Map(found.map((principal) => [principal.arn, principal])).values()];
}

/** Principals that a trust policy, a resource's policy or a grant mentions, by name or by pattern, and the world does not list. */
export function unlistedMentioned({ world }: IndexedWorld): Principal[] {
  const documents = [
    ...world.principals.map(({ trust }) => trust),
    ...world.resources.flatMap(({ policy, grants = [] }) => [
      policy,
      ...grants.map(({ granteePrincipal }) => granteePrincipal),
    ]),
    ...world.organizationPolicies.map(({ document }) => document),
  ];
  const owners = [
    ...new Set(world.parties.flatMap(({ accounts }) => accounts).concat(world.accounts.map(({ id }) => id))),
  ];
  const arns = new Set(
    principalPatterns(documents.flatMap(textsIn)).flatMap((pattern) => instances(pattern, owners)),
  );
  return [...arns]
    .map((arn) => principalOf(world, arn))
    .filter(({ arn, kind }) => kind === "unlisted" && /:(role|user|assumed-role)\//.test(arn));
}

/** Whether one of the documents names a principal, or has a pattern that it or a session of it fits. */
export function mentionedIn(documents: readonly unknown[]): (arn: string) => boolean {
  const patterns = principalPatterns(documents.flatMap(textsIn)).map((text) => ({
    text,
    matches: compile(plain(text), "text").matches,
  }));
  return (arn) => {
    const [, role] = /:role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    const sessions = `arn:aws:sts::${accountOf(arn)}:assumed-role/${role}/`;
    return patterns.some(
      ({ text, matches }) => matches(arn) || text.startsWith(sessions) || matches(`${sessions}x`),
    );
  };
}

/** The ARNs of principals among these texts, with or without wildcards; a policy variable may be anything. */
function principalPatterns(texts: readonly string[]): string[] {
  return texts
    .map((text) => text.replace(/\$\{[^}]*\}/g, "*"))
    .filter((text) => /^arn:[^:]*:(iam|sts|\*)/.test(text));
}

/** An account that nobody mentions by its id, for a pattern of ids. */
function strangersFitting(pattern: string): string[] {
  if (!/^[\d*?]*\d[\d*?]*$/.test(pattern) || !/[*?]/.test(pattern)) return [];
  const short = pattern.replaceAll("?", "0").replace(/\*+/g, "*");
  const id = short.replace("*", "0".repeat(Math.max(0, 13 - short.length))).replaceAll("*", "");
  return /^\d{12}$/.test(id) ? [id] : [];
}

function instances(pattern: string, accounts: readonly string[]): string[] {
  const parts = pattern.split(":");
  const owner = parts[4] ?? "*";
  const owners = /[*?]/.test(owner)
    ? accounts.filter((account) => compile(plain(owner), "text").matches(account))
    : [owner];
  const name = parts.slice(5).join(":").replace(/[*?]/g, "x") || "role/x";
  const service = parts[2] === "sts" ? "sts" : "iam";
  return owners.map((account) => `arn:aws:${service}::${account}:${name}`);
}

function textsIn(document: unknown): string[] {
  if (typeof document === "string") return [document];
  if (typeof document !== "object" || document === null) return [];
  return Object.values(document).flatMap(textsIn);
}

/** The policies that are read for a request on this resource, whoever makes it; those of the caller apart. */
export function documentsAbout({ world, resources }: IndexedWorld, arn: string): unknown[] {
  const resource = resources.get(arn);
  return [
    resource?.policy,
    ...(resource?.grants ?? []).map(({ granteePrincipal }) => granteePrincipal),
    ...world.organizationPolicies.map(({ document }) => document),
  ];
}
