import type { StatementReference } from "./evaluation/access.ts";
import type { Proof } from "./proof/prove.ts";
import type { Obligation, Witness } from "./proof/result.ts";

/** What an obligation says, in words, by the letter and digit that its id begins with. */
const statements: Readonly<Record<string, string>> = {
  P1: "nobody but the attested node opens the sealing key",
  P2: "nobody has a way around the sealing key, and only its own roles write its vault",
  P3: "no policy of the account names anybody outside it",
  P4: "reaches one shard at most",
  P5: "the node itself can open its shard",
  P7: "only the host's administrators become the node or run code on its host",
};

/** `P4:actor-b` as people read it: what is claimed of whom. */
export function claimWords(id: string): string {
  const [kind = id, ...of] = id.split(":");
  return `${of.join(":")}: ${statements[kind] ?? kind}`;
}

/** What a verdict says, in one line. */
export function verdictWords({ verdict, obligations }: Pick<Proof, "verdict" | "obligations">): string {
  if (verdict === "violated")
    return "violated: a party reaches more than one shard, or a shard is not kept as it has to be";
  if (verdict === "undecided")
    return "undecided: whether a party reaches more than one shard depends on what is not known";
  return obligations.some(({ status }) => status === "accepted")
    ? "proven, with accepted risks: nobody else reaches more than one shard"
    : "proven: no single party reaches more than one shard";
}

/** A counterexample step by step, the deciding statements last; one line each. */
export function witnessWords({ id, status, witness }: Obligation): readonly string[] {
  const heading = `${id} ${status}: ${claimWords(id)}`;
  if (witness === undefined) return [heading];
  return [
    heading,
    ...(witness.finding === undefined ? [] : [`  ${witness.finding}`]),
    ...witness.path.map((step) => `  ${step}`),
    ...(witness.action === "*" ? [] : [`  ${requestWords(witness)}`]),
    ...witness.statements.map((statement) => `  ${statementWords(statement)}`),
    ...(witness.unknowns ?? []).map((unknown) => `  not known: ${unknown}`),
  ];
}

/** The place of a statement, as people look it up. */
export function statementWords({ on, document, index, sid }: StatementReference): string {
  const what = document === "policy" ? "the policy" : document;
  return `decided by statement ${sid ?? index} of ${what} on ${on}`;
}

function requestWords({ principal, action, resource, context }: Witness): string {
  const chosen = Object.entries(context)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key} = ${[value].flat().join(", ")}`);
  const under = chosen.length === 0 ? "" : `, with ${chosen.join("; ")}`;
  return `${principal} may call ${action} on ${resource}${under}`;
}
