import type { Proof } from "../../isolation/proof/prove.ts";
import { verdictWords, witnessWords } from "../../isolation/proof-words.ts";
import { reachTable } from "../../isolation/reach-table.ts";
import type { World } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { stackIds } from "../../stacks/outputs.ts";
import { obtainEngine } from "../engine/engine.ts";
import { exitCodes } from "../errors.ts";
import { gateProblems } from "../guards/gate.ts";
import { provePlan } from "../guards/planned-proof.ts";
import { currentModel } from "../model.ts";
import { writePage } from "../page.ts";
import { previewStacks, refuseUnknownStack } from "../preview.ts";
import { coloured } from "../terminal/output.ts";
import { type CommandOptions, report, rolesHere, withInstallation } from "./command.ts";
import { previewText } from "./tables.ts";

/**
 * `preview`: what each stack would change, and whether the promise holds under the policies that are planned. Changes nothing in any
 * account; a plan that `deploy` would refuse ends with the same refusal here.
 */
export async function preview(options: CommandOptions & { readonly stack?: string }): Promise<number> {
  // The engine is not obtained for a mistyped name.
  refuseUnknownStack(options.stack, stackIds);
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    const { deployment } = installation.inputs;
    const model = await currentModel(installation.inputs, installation.handoffs);
    const startedAt = performance.now();
    const { questions: _, ...proof } = await provePlan(model, deployment);
    const durationMs = Math.round(performance.now() - startedAt);
    const previewed = await previewStacks(installation, engine, {
      roles: await rolesHere(options, installation),
      stack: options.stack,
      report: (stack) => report(options)(`previewing ${stack}`),
    });
    const stacks = previewed.map((stack) => ({
      ...stack,
      problems: gateProblems(model, stack.stack, stack.resources, false),
    }));
    const world = worldOf(model, deployment);
    const title = `${deployment.namespace} ${deployment.environment}`;
    const page = await writePage(installation.folder, { title, world, proof, cells: reachTable(world) });
    options.output.say(previewText(stacks));
    options.output.say(proofText(proof, world, durationMs));
    const problems = stacks.flatMap((stack) => stack.problems.map((problem) => `${stack.stack}: ${problem}`));
    if (problems.length > 0) {
      options.output.say(
        [coloured("red", "What deploy would refuse:"), ...problems.map((one) => `  ${one}`)].join("\n"),
      );
    }
    options.output.say(`The trust graph, for people: ${page}`);
    options.output.answer({ stacks, proof: { ...proof, durationMs }, page });
    return proof.verdict === "proven" && problems.length === 0 ? exitCodes.done : exitCodes.refused;
  });
}

/** Verdict, measurements and assumptions, as everybody has to see them before anything changes. */
function proofText(proof: Proof, { shards }: World, durationMs: number): string {
  const { verdict, obligations, assumptions, modelHash } = proof;
  const open = obligations.filter(({ status }) => status === "violated" || status === "undecided");
  return [
    `${coloured(verdict === "proven" ? "green" : "red", verdictWords(proof))} (${durationMs} ms, model ${modelHash})`,
    ...open.flatMap(witnessWords).map((line) => `  ${line}`),
    "",
    "Measurements that open a shard:",
    ...shards.flatMap(({ node, pcrs }) =>
      Object.entries(pcrs).map(
        ([register, values = []]) => `  node ${node}  PCR${register}  ${values.join(" or ")}`,
      ),
    ),
    "",
    "Provided that:",
    ...assumptions.map((assumption) => `  - ${assumption}`),
  ].join("\n");
}
