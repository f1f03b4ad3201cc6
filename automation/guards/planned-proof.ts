import type { Model } from "../../isolation/model.ts";
import { type Proof, type ProofWithTexts, prove } from "../../isolation/proof/prove.ts";
import { verdictWords, witnessWords } from "../../isolation/proof-words.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import type { Deployment } from "../../spec/deployment.ts";
import { Refusal } from "../errors.ts";

/** Proves the promise of the planned policies of all accounts. */
export async function provePlan(model: Model, deployment: Deployment): Promise<ProofWithTexts> {
  return await prove(worldOf(model, deployment));
}

/**
 * Nothing is changed under policies that do not keep the promise.
 *
 * @throws Refusal with every counterexample in words
 */
export function requireProof(proof: Proof): void {
  if (proof.verdict === "proven") return;
  const open = proof.obligations.filter(({ status }) => status === "violated" || status === "undecided");
  throw new Refusal({
    code: "not-proven",
    message: `Nothing is deployed: ${verdictWords(proof)}.\n  ${open.flatMap(witnessWords).join("\n  ")}`,
    hint: "correct deployment.yaml, or write the risk down under acceptedRisks with the approval of every administrator",
  });
}
