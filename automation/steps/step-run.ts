import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { accountIdOf } from "../../spec/deployment.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import type { Finding } from "../actions/action.ts";
import { actionFor } from "../actions/index.ts";
import { imageDigests } from "../actions/service-images.ts";
import { provePlan, requireProof } from "../guards/planned-proof.ts";
import type { Installation } from "../installation.ts";
import type { StepReport } from "./report.ts";
import type { RunOptions } from "./run-options.ts";
import { type PreparedStack, prepareStack, stacksWithImages } from "./stack-context.ts";
import { runStack, type StackRunOptions } from "./stack-run.ts";
import { evidenceOf } from "./step-report.ts";
import { type ActionId, type Role, type Step, stepNamed } from "./steps.ts";

type StepOutcome = Pick<StepReport, "state" | "evidence" | "changes" | "detail" | "waitingFor">;

/**
 * Performs one step: brings a stack up to date and writes its hand-off, or looks whether an action is done and carries it out.
 *
 * @throws Refusal when a plan is not what has been proven
 * @throws CloudFailure naming what failed; running again resumes
 */
export async function performStep(
  installation: Installation,
  engine: PulumiCommand,
  step: Step,
  options: RunOptions,
  told: Pick<StackRunOptions, "report" | "note" | "onResource">,
): Promise<StepOutcome> {
  const definition = stackDefinitions.find(({ id }) => id === step.id);
  if (definition !== undefined) {
    const prepared = await preparedFor(installation, definition, options.roles);
    // The one stack whose policies name what AWS chose in the meantime; all others are as they were proven.
    if (definition.id === "nitro-nodes") {
      requireProof(await provePlan(prepared.context.model, installation.inputs.deployment));
    }
    const run = await runStack(installation, engine, definition, prepared, {
      ...told,
      signal: options.engineSignal,
      stopping: () => options.signal?.aborted === true,
      allowPolicyReplacement: options.allowPolicyReplacement ?? false,
    });
    const account = accountIdOf(installation.inputs.deployment, definition.account);
    await installation.handoffs.write(definition.id, account, run.outputs);
    return { state: "done", evidence: evidenceOf(installation), changes: run.changes };
  }
  const context = await installation.actionContext(options.roles, step, {
    withoutHealth: options.withoutHealth ?? false,
    report: told.report,
  });
  const action = actionFor(step.id as ActionId);
  const found = await action.inspect(context);
  if (found.state === "done") return outcomeOf(found);
  if (found.state === "waiting") await options.openGate?.(step, context);
  return outcomeOf(await action.perform(context));
}

function outcomeOf(finding: Finding): StepOutcome {
  return {
    state: finding.state,
    evidence: finding.evidence,
    detail: finding.detail,
    changes: finding.changes,
    waitingFor: finding.waitingFor,
  };
}

/** The stack's program inputs, with the facts about images read from the account's registry where the stack uses any. */
export async function preparedFor(
  installation: Installation,
  definition: StackDefinition,
  roles: readonly Role[],
): Promise<PreparedStack> {
  const { inputs, handoffs } = installation;
  if (!stacksWithImages.has(definition.id)) {
    return await prepareStack(definition, inputs, handoffs, { imageDigests: {}, imagesPresent: false });
  }
  const step = stepNamed(installation.steps, "service-images");
  const context = await installation.actionContext(roles, step, { withoutHealth: false, report: () => {} });
  const [digests, images] = [await imageDigests(context), await actionFor("service-images").inspect(context)];
  return await prepareStack(definition, inputs, handoffs, {
    imageDigests: digests,
    imagesPresent: images.state === "done",
  });
}
