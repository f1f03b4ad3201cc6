import { createInterface } from "node:readline/promises";
import { Refusal } from "../errors.ts";
import type { Installation } from "../installation.ts";

/** Asks before AWS is changed; a rehearsal is not worth a question. */
export async function confirm(installation: Installation): Promise<void> {
  if (!installation.cloud.real) return;
  const { environment } = installation.inputs.deployment;
  if (!process.stdin.isTTY) {
    throw new Refusal({
      code: "unconfirmed",
      message: `Deploying ${environment} to AWS needs a confirmation.`,
      hint: "add --yes once `preview` shows what you expect",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await prompt.question(
    `This changes AWS. Type the environment's name (${environment}) to go on: `,
  );
  prompt.close();
  if (typed.trim() !== environment)
    throw new Refusal({
      code: "unconfirmed",
      message: `The environment's name, ${environment}, was not typed; nothing was changed.`,
      hint: "run the same command again and type it, or add --yes",
    });
}
