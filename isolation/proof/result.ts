import type { Answer, ContextValue, StatementReference, Verdict3 } from "../evaluation/access.ts";

export type Status = "holds" | "violated" | "undecided" | "accepted";

/** A counterexample: who gets at what, how they came there, and which statements let them. */
export interface Witness {
  readonly party?: string;
  readonly principal: string;
  /** One sentence a step, from the party to the principal. */
  readonly path: readonly string[];
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, ContextValue>>;
  /** The deciding statements, those of the steps first. */
  readonly statements: readonly StatementReference[];
  /** What was found, where it is no single request: a property of the world, or two shards of one party. */
  readonly finding?: string;
  /** What the answer would depend on. */
  readonly unknowns?: readonly string[];
}

export interface Obligation {
  readonly id: string;
  readonly status: Status;
  readonly witness?: Witness;
}

/** What an evaluation means for a statement that nobody may have the access. */
export function statusOf(verdict: Verdict3): "holds" | "violated" | "undecided" {
  if (verdict === "allowed") return "violated";
  return verdict === "refused" ? "holds" : "undecided";
}

/** The witness of one request that is, or may be, allowed. */
export function witnessOf(
  request: Pick<Witness, "principal" | "action" | "resource"> & Partial<Witness>,
  answer: Answer,
): Witness {
  const statements = [...(request.statements ?? []), ...answer.statements];
  const { principal, action, resource } = request;
  return {
    path: [],
    // Whoever counts with everything needs no statement that allows: one that refuses is missing.
    ...(statements.length === 0
      ? { finding: `no statement keeps ${principal} from ${action} on ${resource}` }
      : {}),
    ...request,
    context: answer.context,
    statements,
    ...(answer.unknowns.length > 0 ? { unknowns: answer.unknowns } : {}),
  };
}

/** The witness of a property that no request is needed for. */
export function findingWitness(principal: string, resource: string, finding: string): Witness {
  return { principal, path: [], action: "*", resource, context: {}, statements: [], finding };
}

interface Finding {
  readonly status: "violated" | "undecided";
  readonly witness: Witness;
}

/** The first certain violation, else the first possible one, else nothing. Later findings are not computed. */
export function worst(findings: Iterable<Finding>): Finding | undefined {
  let possible: Finding | undefined;
  for (const finding of findings) {
    if (finding.status === "violated") return finding;
    possible ??= finding;
  }
  return possible;
}

/** The obligation that nothing is found. */
export function nothingFound(id: string, findings: Iterable<Finding>): Obligation {
  const found = worst(findings);
  return found === undefined ? { id, status: "holds" } : { id, ...found };
}

export type { Finding };
