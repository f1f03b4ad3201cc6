import { type Actor, listedPrincipal, type Member, principalOf, rootOf, unlistedIn } from "./actors.ts";
import { targetsOf } from "./conceivable.ts";
import { type Edge, edgesThrough, edgesTo } from "./edges.ts";
import type { Ground } from "./ground.ts";
import { accountOf, type JudgedParty } from "./parties.ts";

/**
 * Everybody whom a party can act as, directly or in any number of steps. Steps that are certain are exhausted first, so that a member
 * is marked uncertain only if every way to it depends on an unknown.
 */
export function closureOf(ground: Ground, party: JudgedParty): Member[] {
  const members = new Map<string, Member>();
  for (const member of beginningsOf(ground, party)) add(members, member);
  for (const certain of [true, false]) {
    const waiting = [...members.values()];
    for (let from = waiting.shift(); from !== undefined; from = waiting.shift()) {
      for (const edge of edgesFrom(ground, from, members)) {
        if (certain && edge.answer.verdict !== "allowed") continue;
        const next = follow(from, edge);
        if (add(members, next)) waiting.push(next);
      }
    }
  }
  return [...members.values()];
}

function* edgesFrom(ground: Ground, from: Member, members: Map<string, Member>): Generator<Edge> {
  const { principals, compute } = targetsOf(ground, from.principal);
  for (const target of principals) {
    // Nothing can be added to somebody who counts with everything already.
    const everything = members.get(key(target.arn, "everything"));
    if (everything === undefined || (from.certain && !everything.certain))
      yield* edgesTo(ground, from, target);
  }
  for (const resource of compute) yield* edgesThrough(ground, from, resource);
}

function follow(from: Member, { to, step, answer }: Edge): Member {
  return {
    ...to,
    path: [...from.path, step],
    statements: [...from.statements, ...answer.statements],
    certain: from.certain && answer.verdict === "allowed",
  };
}

function key(arn: string, powers: Actor["powers"]): string {
  return `${arn} ${powers}`;
}

/** false: as much is known of this actor already. */
function add(members: Map<string, Member>, member: Member): boolean {
  const { arn } = member.principal;
  const known = [members.get(key(arn, "everything")), members.get(key(arn, member.powers))];
  if (known.some((one) => one !== undefined && (one.certain || !member.certain))) return false;
  members.set(key(arn, member.powers), member);
  return true;
}

/** With whom a party begins: whom it acts as, and the root and every principal of the accounts that it administers. */
function beginningsOf({ index: { world }, mentioned }: Ground, party: JudgedParty): Member[] {
  const direct = party.principals.map((arn): Member => {
    const principal = principalOf(world, arn);
    return {
      principal,
      powers: principal.kind === "unlisted" ? "everything" : "as listed",
      path: [`${party.id} acts as ${arn}`],
      statements: [],
      certain: true,
    };
  });
  const administered = party.accounts.flatMap((account) =>
    [
      ...unlistedIn(account),
      ...(mentioned.get(account) ?? []),
      rootOf(account),
      ...world.principals.filter(({ arn }) => accountOf(arn) === account).map(listedPrincipal),
    ].map(
      (principal): Member => ({
        principal,
        powers: "everything",
        path: [`${party.id} administers account ${account}, and with it ${principal.arn}`],
        statements: [],
        certain: true,
      }),
    ),
  );
  return [...direct, ...administered];
}
