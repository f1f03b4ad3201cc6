import { indexWorld } from "../evaluation/access.ts";
import { type Question, smtQuestions } from "../smt/questions.ts";
import { type Answered, loadSolver, solve } from "../smt/solver.ts";
import type { World } from "../world.ts";
import { accept } from "./acceptance.ts";
import { assumptionsOf } from "./assumptions.ts";
import { groundOf } from "./ground.ts";
import { plaintextObligation, sideDoorObligation } from "./key-obligations.ts";
import { modelHash } from "./model-hash.ts";
import { namingObligation } from "./naming.ts";
import { hostObligation, vacuityObligation } from "./node-obligations.ts";
import { shardAccounts } from "./parties.ts";
import { partyObligations } from "./party-obligations.ts";
import { findingWitness, type Obligation } from "./result.ts";
import { worldFindings } from "./world-findings.ts";

export interface Proof {
  readonly verdict: "proven" | "violated" | "undecided";
  readonly obligations: readonly Obligation[];
  readonly assumptions: readonly string[];
  /** SHA-256 of the world that this is about. */
  readonly modelHash: string;
}

/** The answer, and each P1–P3 as the text that the solver was given. */
export interface ProofWithTexts extends Proof {
  readonly questions: readonly Question[];
}

/**
 * Proves of a world that no single party reaches more than one shard. P1 to P3 are decided twice: by going through all callers that
 * the policies can tell apart, which finds the counterexamples; and where it finds none by Z3, over every caller there can be. Where
 * the two differ, neither is believed.
 */
export async function prove(world: World): Promise<ProofWithTexts> {
  void loadSolver();
  const enumerated = enumerate(world);
  const questions = smtQuestions(world);
  const holding = new Set(enumerated.filter(({ status }) => status === "holds").map(({ id }) => id));
  const answers = new Map(
    (await solve(questions.filter(({ id }) => holding.has(id)))).map((answer) => [answer.id, answer]),
  );
  const obligations = enumerated
    .map((obligation) => compared(obligation, answers.get(obligation.id)))
    .map((obligation) => accept(world, obligation));
  return {
    verdict: verdictOf(obligations),
    obligations,
    assumptions: assumptionsOf(world),
    modelHash: modelHash(world),
    questions,
  };
}

/** Every obligation by the enumerator alone, nothing accepted yet. */
export function enumerate(world: World): Obligation[] {
  const index = indexWorld(world);
  const ground = groundOf(index);
  const { plaintext, naming, vacuity, missingNodes } = worldFindings(world);
  return [
    ...world.shards.map((shard) => plaintextObligation(ground, shard, plaintext(shard))),
    ...world.shards.map((shard) => sideDoorObligation(ground, shard)),
    ...shardAccounts(world).map((account) => namingObligation(world, account, naming(account))),
    ...partyObligations(index, ground),
    ...world.shards.map((shard) => vacuityObligation(ground, shard, vacuity(shard))),
    ...missingNodes,
    ...world.shards.map((shard) => hostObligation(ground, shard)),
  ];
}

/** Only `unsat` says that there is nothing to be found. */
function compared(obligation: Obligation, answer: Answered | undefined): Obligation {
  if (answer === undefined || answer.result === "unsat") return obligation;
  const reason = answer.detail === undefined ? "" : ` (${answer.detail})`;
  const text = `the enumeration finds nothing, but the solver says ${answer.result}${reason}`;
  return { id: obligation.id, status: "undecided", witness: findingWitness("*", "*", text) };
}

function verdictOf(obligations: readonly Obligation[]): Proof["verdict"] {
  const statuses = new Set(obligations.map(({ status }) => status));
  if (statuses.has("violated")) return "violated";
  return statuses.has("undecided") || obligations.length === 0 ? "undecided" : "proven";
}
