import { gateFindings } from "../../isolation/gate.ts";
import { modelSizeFindings, sizeFindings } from "../../isolation/limits.ts";
import type { Model } from "../../isolation/model.ts";
import { ruleFindings } from "../../isolation/rules.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import type { PlannedResource } from "../engine/events.ts";
import { Refusal } from "../errors.ts";

/** What the gate says of one stack's preview, one sentence each; nothing: it may be updated. */
export function gateProblems(
  model: Model,
  stack: StackDefinition["id"],
  planned: readonly PlannedResource[],
  allowPolicyReplacement: boolean,
): readonly string[] {
  const findings = [
    ...gateFindings(model, stack, planned, allowPolicyReplacement),
    ...sizeFindings(planned),
    ...ruleFindings({ parts: planned, variables: Object.keys(process.env) }),
  ];
  return findings.map(({ resource, message }) => `${resource} ${message}`);
}

/**
 * Lets a stack's update pass only when its preview plans exactly the policies that have been proven, and breaks no rule.
 *
 * @throws Refusal that lists every resource that does not
 */
export function passGate(
  model: Model,
  { id }: Pick<StackDefinition, "id">,
  planned: readonly PlannedResource[],
  allowPolicyReplacement: boolean,
): void {
  const problems = gateProblems(model, id, planned, allowPolicyReplacement);
  if (problems.length === 0) return;
  throw new Refusal({
    code: "plan-not-proven",
    message: `Stack ${id} is not updated, because its plan is not what has been proven:\n  ${problems.join("\n  ")}`,
    hint: problems.some((problem) => / is to be (deleted|replaced),/.test(problem))
      ? "find out what changed; once every admin agrees to the loss of these resources, add --allow-policy-replacement"
      : "nothing was changed; put the resource into the model in isolation/, or take it out of the stack",
  });
}

/**
 * Nothing is changed in any account while a policy of one of them is larger than AWS takes: the run would end halfway through.
 *
 * @throws Refusal that lists every policy that is too large
 */
export function requireSizes(model: Model): void {
  const findings = modelSizeFindings(
    model,
    stackDefinitions.map(({ id }) => id),
  );
  if (findings.length === 0) return;
  throw new Refusal({
    code: "policy-too-large",
    message: `Nothing is deployed: AWS would refuse policies for their size.\n  ${findings.map(({ resource, message }) => `${resource}: ${message}`).join("\n  ")}`,
    hint: "shorten what deployment.yaml adds to them, such as auditors and pipelines",
  });
}
