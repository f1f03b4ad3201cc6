import type { Answer, IndexedWorld } from "../evaluation/access.ts";
import type { ParsedStatement } from "../evaluation/policy.ts";
import type { ListedPrincipal, WorldResource } from "../world.ts";

/** Who is named by the Allow statements of a resource's or a role's own policy. */
export interface Opening {
  readonly everybody: boolean;
  readonly accounts: ReadonlySet<string>;
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
  readonly answers: Map<string, Answer>;
  readonly openings: Map<string, Opening>;
  /** Whom callers of an account could become. */
  readonly targets: Map<string, Targets>;
  /** Allow statements of a principal's own policies; undefined: one of its documents cannot be read. */
  readonly allows: Map<string, readonly ParsedStatement[] | undefined>;
}

export function groundOf(index: IndexedWorld, detached: readonly string[] = []): Ground {
  return { index, detached, answers: new Map(), openings: new Map(), targets: new Map(), allows: new Map() };
}
