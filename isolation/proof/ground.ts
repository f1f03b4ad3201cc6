import type { Answer, IndexedWorld, Principal } from "../evaluation/access.ts";
import type { ParsedStatement } from "../evaluation/policy.ts";
import type { ListedPrincipal, WorldResource } from "../world.ts";
import { unlistedMentioned } from "./candidates.ts";
import type { Starter } from "./starters.ts";

const mentionedIn = new WeakMap<IndexedWorld, ReadonlyMap<string, readonly Principal[]>>();

function mentionedUnlisted(index: IndexedWorld): ReadonlyMap<string, readonly Principal[]> {
  const known = mentionedIn.get(index) ?? Map.groupBy(unlistedMentioned(index), ({ account }) => account);
  mentionedIn.set(index, known);
  return known;
}

/** Who is named by the Allow statements of a resource's or a role's own policy. */
export interface Opening {
  readonly everybody: boolean;
  readonly accounts: ReadonlySet<string>;
}

/** A service that a role's trust policy admits, and how it is made to run something with the role. */
export interface Admission extends Starter {
  readonly admitted: Answer;
}

/** Whom a caller could become next. */
export interface Targets {
  readonly principals: readonly ListedPrincipal[];
  readonly compute: readonly WorldResource[];
}

/** The world that questions are asked of, with every answer kept: many parties ask the same. */
export interface Ground {
  readonly index: IndexedWorld;
  /** Organizations whose policies do not count, because the party can detach them. */
  readonly detached: readonly string[];
  /** Principals of these accounts that policies or grants mention and nobody lists; they are assumed to exist. */
  readonly mentioned: ReadonlyMap<string, readonly Principal[]>;
  readonly answers: Map<string, Answer>;
  readonly openings: Map<string, Opening>;
  /** Whom callers of an account could become. */
  readonly targets: Map<string, Targets>;
  /** Services that run things with a role, as far as its trust policy admits them. */
  readonly admissions: Map<string, readonly Admission[]>;
  /** Allow statements of a principal's own policies; undefined: one of its documents cannot be read. */
  readonly allows: Map<string, readonly ParsedStatement[] | undefined>;
}

export function groundOf(index: IndexedWorld, detached: readonly string[] = []): Ground {
  return {
    index,
    detached,
    mentioned: mentionedUnlisted(index),
    answers: new Map(),
    openings: new Map(),
    targets: new Map(),
    admissions: new Map(),
    allows: new Map(),
  };
}
