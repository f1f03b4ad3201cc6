import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ProofWithTexts, prove } from "../../isolation/proof/prove.ts";
import { verdictWords, witnessWords } from "../../isolation/proof-words.ts";
import { loadSolver } from "../../isolation/smt/solver.ts";
import type { World } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { foldersOf, type Place } from "../cloud-of.ts";
import { exitCodes, UserError } from "../errors.ts";
import { handoffsIn } from "../handoffs.ts";
import { readInputs } from "../inputs.ts";
import { currentModel } from "../model.ts";
import { coloured, type Output } from "../terminal/output.ts";
import { readWorldFile } from "../world-file.ts";

export interface ProveOptions extends Place {
  readonly output: Output;
  /** A world file; undefined: the planned world of the input files. */
  readonly world?: string;
  /** Writes the world that was proven there. */
  readonly export?: string;
  /** Writes each P1–P3 there as `<id>.smt2`. */
  readonly smt?: string;
}

/** `prove`: is it so that no single party reaches more than one shard? Reads policies as data and calls nobody. */
export async function proveWorld(options: ProveOptions): Promise<number> {
  const { output } = options;
  void loadSolver();
  const world =
    options.world === undefined ? await plannedWorld(options) : await readWorldFile(options.world);
  if (options.export !== undefined) await save(options.export, `${JSON.stringify(world, null, 2)}\n`);
  const startedAt = performance.now();
  const { questions, ...proof } = await prove(world);
  const durationMs = Math.round(performance.now() - startedAt);
  if (options.smt !== undefined) {
    for (const { id, text } of questions) await save(join(options.smt, `${id}.smt2`), text);
  }
  output.say(proofText({ questions, ...proof }, durationMs));
  output.answer({ ...proof, durationMs });
  return proof.verdict === "proven" ? exitCodes.done : exitCodes.refused;
}

/** The world as it is planned, with the identifiers that the hand-offs tell. */
async function plannedWorld(place: Place): Promise<World> {
  const { inputFolder, folder } = foldersOf(place);
  const inputs = await readInputs(inputFolder);
  const handoffs = handoffsIn(join(folder, "handoffs"), inputs.deployment.environment, () => new Date());
  return worldOf(await currentModel(inputs, handoffs), inputs.deployment);
}

async function save(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new UserError(
      {
        code: "unwritable",
        message: `${file} cannot be written: ${message}`,
        hint: "name a file, or for --smt a folder, in a place that you may write to",
      },
      { cause: error },
    );
  }
}

const colours = { holds: "green", accepted: "yellow", undecided: "yellow", violated: "red" } as const;

function proofText(proof: ProofWithTexts, durationMs: number): string {
  const { verdict, obligations, assumptions, modelHash } = proof;
  return [
    `${coloured(verdict === "proven" ? "green" : "red", verdictWords(proof))} (${durationMs} ms, model ${modelHash})`,
    ...obligations.map(({ id, status }) => `  ${coloured(colours[status], status.padEnd(9))} ${id}`),
    ...obligations.filter(({ status }) => status !== "holds").flatMap(witnessWords),
    "Provided that:",
    ...assumptions.map((assumption) => `  - ${assumption}`),
  ].join("\n");
}
