import { type Actor, beginningsOf, type Member } from "./actors.ts";
import { targetsOf } from "./conceivable.ts";
import { type Edge, edgesThrough, edgesTo } from "./edges.ts";
import type { Ground } from "./ground.ts";
import type { JudgedParty } from "./parties.ts";

/**
 * Everybody whom a party can act as, directly or in any number of steps. Steps that are certain are exhausted first, so that a member
 * is marked uncertain only if every way to it depends on an unknown.
 */
export function closureOf(ground: Ground, party: JudgedParty): Member[] {
  const members = new Map<string, Member>();
  for (const member of beginningsOf(ground.index.world, party)) add(members, member);
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
