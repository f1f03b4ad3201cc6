import { canonicalPolicy } from "./canonical-policy.ts";
import { identityProviders } from "./identity-providers.ts";
import type { Grant, ListedPrincipal, World, WorldResource } from "./world.ts";

/** One account as it was read back. */
export interface DeployedAccount {
  readonly id: string;
  readonly principals: readonly ListedPrincipal[];
  readonly resources: readonly WorldResource[];
  /** The organization that it belongs to; null: none. */
  readonly organization: NonNullable<World["accounts"][number]["organization"]> | null;
  /** Service and resource control policies that it is under, as far as it is shown them. */
  readonly organizationPolicies: World["organizationPolicies"];
  /** ARNs that the plan could not know, by the placeholder that stands for them there. */
  readonly identifiers: Readonly<Record<string, string>>;
}

/** A way in which what is deployed is not what is planned. */
export interface Difference {
  /** ARN, for something of a document with its name. */
  readonly resource: string;
  readonly kind: "missing" | "extra" | "changed";
  readonly detail: string;
}

/** The plan with the identifiers that AWS has chosen in the place of their placeholders. */
export function identified(planned: World, accounts: readonly DeployedAccount[]): World {
  const identifiers = Object.assign({}, ...accounts.map((one) => one.identifiers)) as Record<string, string>;
  const replaced = Object.entries(identifiers).reduce(
    (text, [placeholder, arn]) => text.replaceAll(`"${placeholder}"`, `"${arn}"`),
    JSON.stringify(planned),
  );
  return JSON.parse(replaced) as World;
}

/**
 * The world as it is deployed: who the parties are and which keys hold shards is said by the deployment, everything else by what was
 * read back. An account that was not read is taken as planned. An identity provider that is trusted beyond the plan is a party too.
 */
export function worldOfDeployed(planned: World, accounts: readonly DeployedAccount[]): World {
  const read = new Set(accounts.map(({ id }) => id));
  return {
    ...planned,
    accounts: planned.accounts.map((one) => {
      const { organization } = accounts.find(({ id }) => id === one.id) ?? one;
      return { ...one, organization };
    }),
    parties: [
      ...planned.parties,
      ...identityProviders(
        planned,
        accounts.flatMap((one) => one.principals),
      ),
    ],
    organizationPolicies: [
      ...planned.organizationPolicies,
      ...accounts.flatMap((one) => one.organizationPolicies),
    ],
    principals: [
      ...planned.principals.filter(({ arn }) => !read.has(accountOf(arn))),
      ...accounts.flatMap(({ principals }) => principals),
    ],
    resources: [
      ...planned.resources.filter(({ account }) => !read.has(account)),
      ...accounts.flatMap(({ resources }) => resources),
    ],
  };
}

/**
 * Differences both ways, in the accounts that were read. What the accounts' owners keep for themselves is not compared: the people's
 * own principals, and the places of the engine's state.
 */
export function differencesBetween(
  planned: World,
  accounts: readonly DeployedAccount[],
  ownersOwn: ReadonlySet<string>,
): readonly Difference[] {
  const read = new Set(accounts.map(({ id }) => id));
  const ours = <T extends { readonly arn: string }>(items: readonly T[]) =>
    items.filter(({ arn }) => !ownersOwn.has(arn));
  const guarded = new Set(planned.shards.flatMap(({ keyArn, vaultKeyArn }) => [keyArn, vaultKeyArn]));
  return [
    ...accounts.flatMap((one) => organizationChange(planned, one)),
    ...accounts.flatMap(deletedPrincipals),
    ...compared(
      ours(planned.principals).filter(({ arn }) => read.has(accountOf(arn))),
      ours(accounts.flatMap(({ principals }) => principals)),
      principalChanges,
    ),
    ...compared(
      ours(planned.resources).filter(({ account }) => read.has(account)),
      ours(accounts.flatMap(({ resources }) => resources)),
      (wanted, found) => resourceChanges(wanted, found, guarded.has(wanted.arn)),
    ),
  ];
}

function organizationChange(planned: World, { id, organization }: DeployedAccount): Difference[] {
  const words = (one: DeployedAccount["organization"]) =>
    one === null ? "none" : `${one.id} (management account ${one.managementAccount})`;
  const wanted = planned.accounts.find((account) => account.id === id)?.organization ?? null;
  if (words(wanted) === words(organization)) return [];
  const detail = `its organization is ${words(organization)}, deployment.yaml says ${words(wanted)}`;
  return [{ resource: `account ${id}`, kind: "changed", detail }];
}

/** In place of a principal that has been deleted AWS shows its id, which a new principal of the same name does not have. */
const deletedId = /"(A(?:ROA|IDA)[A-Z0-9]{16,})"/g;

function deletedPrincipals({ principals, resources }: DeployedAccount): Difference[] {
  const documents = [
    ...principals.map(({ arn, trust }) => [arn, "its trust policy", trust] as const),
    ...resources.flatMap(({ arn, policy, grants = [] }) => [
      [arn, "its policy", policy] as const,
      ...grants.map((grant) => [arn, `grant ${grant.id}`, { grantee: grant.granteePrincipal }] as const),
    ]),
  ];
  return documents.flatMap(([resource, what, document]) =>
    [...JSON.stringify(document ?? null).matchAll(deletedId)].map(([, id]): Difference => {
      const detail = `${what} names ${id}: a principal that has been deleted`;
      return { resource, kind: "changed", detail };
    }),
  );
}

const accountOf = (arn: string) => arn.split(":")[4] ?? "";

function compared<T extends { readonly arn: string }>(
  planned: readonly T[],
  deployed: readonly T[],
  changes: (wanted: T, found: T) => readonly string[],
): Difference[] {
  const found = new Map(deployed.map((one) => [one.arn, one]));
  const wanted = new Set(planned.map(({ arn }) => arn));
  return [
    ...planned.flatMap((one): Difference[] => {
      const other = found.get(one.arn);
      if (other === undefined)
        return [{ resource: one.arn, kind: "missing", detail: "planned, but not deployed" }];
      return changes(one, other).map((detail) => ({ resource: one.arn, kind: "changed", detail }));
    }),
    ...deployed
      .filter(({ arn }) => !wanted.has(arn))
      .map(({ arn }): Difference => ({ resource: arn, kind: "extra", detail: "deployed, but not planned" })),
  ];
}

function principalChanges(wanted: ListedPrincipal, found: ListedPrincipal): string[] {
  const names = new Set([...wanted.identity, ...found.identity].map(({ name }) => name));
  const named = (principal: ListedPrincipal, name: string) =>
    principal.identity.find((one) => one.name === name)?.document;
  return [
    ...documentChange("its trust policy", wanted.trust, found.trust),
    ...documentChange("its permissions boundary", wanted.boundary, found.boundary),
    ...[...names].flatMap((name) =>
      documentChange(`its policy ${name}`, named(wanted, name), named(found, name)),
    ),
  ];
}

function resourceChanges(wanted: WorldResource, found: WorldResource, guarded: boolean): string[] {
  const settings = ["multiRegion", "origin", "service", "roleArn"] as const;
  return [
    ...documentChange("its policy", wanted.policy, found.policy),
    ...settings
      .filter((setting) => wanted[setting] !== found[setting])
      .map(
        (setting) =>
          `its ${setting} is ${found[setting] ?? "absent"}, planned ${wanted[setting] ?? "absent"}`,
      ),
    ...(guarded ? (found.grants ?? []).map(grantChange) : []),
  ];
}

function grantChange({ id, granteePrincipal, operations }: Grant): string {
  return `grant ${id} gives ${granteePrincipal} ${operations.join(", ")}; no grant is planned`;
}

type Document = Record<string, unknown> | null | undefined;

function documentChange(what: string, wanted: Document, found: Document): string[] {
  if (wanted == null && found == null) return [];
  if (found == null) return [`${what} is missing`];
  if (wanted == null) return [`${what} is not planned`];
  return canonicalPolicy(wanted) === canonicalPolicy(found) ? [] : [`${what} differs from the planned one`];
}
