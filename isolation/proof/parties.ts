import type { Party, World } from "../world.ts";

/** A party as the proof judges it: declared, or implied by what nobody has been declared for. */
export interface JudgedParty extends Party {
  /** Organizations whose policies it can detach: it administers the management account, or is the organization. */
  readonly detaches: readonly string[];
}

/** The account of an IAM principal's ARN; empty for a service. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** Accounts that hold a shard's key and vault, each once. */
export function shardAccounts(world: World): string[] {
  return [...new Set(world.shards.map(({ account }) => account))];
}

/**
 * The declared parties, and those that nobody declared: an account without an administrator, a principal of no party, an
 * organization with two shard accounts or more.
 */
export function partiesOf(world: World): JudgedParty[] {
  const administered = new Set(world.parties.flatMap(({ accounts }) => accounts));
  const represented = new Set(world.parties.flatMap(({ principals }) => principals));
  const implied = (id: string, more: Partial<Party>): Party => ({
    id,
    principals: [],
    accounts: [],
    holds: [],
    ...more,
  });
  const declared = [
    ...world.parties,
    ...world.accounts
      .filter(({ id }) => !administered.has(id))
      .map(({ id }) => implied(`account:${id}`, { accounts: [id] })),
    ...world.principals
      .filter(({ arn }) => !represented.has(arn))
      .map(({ arn }) => implied(`principal:${arn}`, { principals: [arn] })),
  ];
  return [
    ...declared.map((party) => withMembers(world, party)),
    ...organizationsOf(world)
      .filter(({ members }) => shardAccounts(world).filter((id) => members.includes(id)).length > 1)
      .map(({ id, members, managementAccount }) => ({
        ...implied(`organization:${id}`, { accounts: distinct([managementAccount, ...members]) }),
        detaches: [id],
      })),
  ];
}

/** Who administers the management account administers every member, and is bound by none of the organization's policies. */
function withMembers(world: World, party: Party): JudgedParty {
  const managed = organizationsOf(world).filter(({ managementAccount }) =>
    party.accounts.includes(managementAccount),
  );
  return {
    ...party,
    accounts: distinct([...party.accounts, ...managed.flatMap(({ members }) => members)]),
    detaches: managed.map(({ id }) => id),
  };
}

interface Organization {
  readonly id: string;
  readonly managementAccount: string;
  readonly members: readonly string[];
}

function organizationsOf(world: World): Organization[] {
  const byId = new Map<string, { id: string; managementAccount: string; members: string[] }>();
  for (const { id: account, organization } of world.accounts) {
    if (!organization) continue;
    const known = byId.get(organization.id) ?? { ...organization, members: [] };
    known.members.push(account);
    byId.set(organization.id, known);
  }
  return [...byId.values()];
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

/** Everybody who must agree to a risk: each declared or implied administrator of a shard account, organizations apart. */
export function shardAdministrators(world: World): string[] {
  const accounts = shardAccounts(world);
  const administered = new Set(world.parties.flatMap((party) => party.accounts));
  return [
    ...world.parties
      .filter((party) => party.accounts.some((id) => accounts.includes(id)))
      .map(({ id }) => id),
    ...world.accounts
      .filter(({ id }) => accounts.includes(id) && !administered.has(id))
      .map(({ id }) => `account:${id}`),
  ];
}
