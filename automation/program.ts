import { dirname, resolve } from "node:path";
import { getStack } from "@pulumi/pulumi";
import { stackDefinitions } from "../stacks/index.ts";
import { stackProgram } from "../stacks/run.ts";
import { UserError } from "./errors.ts";
import { openInstallation } from "./installation.ts";
import { preparedFor } from "./steps/step-run.ts";
import { roles } from "./steps/steps.ts";

/**
 * Entry of a plain `pulumi preview -s <environment>.<stack>`, so that the engine's own command shows the same change as the driver.
 * The engine starts it in this folder, so paths are resolved from the project's root:
 *
 * - `IVAULT_INPUT`: folder of the input files (default: the project's root; for a rehearsal, those that it began with)
 * - `IVAULT_REHEARSAL`: folder of a rehearsal; absent: AWS
 */
export default async function program(): Promise<Record<string, unknown>> {
  const root = dirname(import.meta.dirname);
  const { IVAULT_INPUT: input, IVAULT_REHEARSAL: rehearsal } = process.env;
  const installation = await openInstallation({
    input: input === undefined ? (rehearsal === undefined ? root : undefined) : resolve(root, input),
    rehearsal: rehearsal === undefined ? undefined : resolve(root, rehearsal),
  });
  try {
    const id = getStack().split(".").slice(1).join(".");
    const definition = stackDefinitions.find((one) => one.id === id);
    if (definition === undefined) {
      throw new UserError({
        code: "unknown-stack",
        message: `Stack ${getStack()} is none of this program.`,
        hint: `name it <environment>.<stack> with one of ${stackDefinitions.map((one) => one.id).join(", ")}`,
      });
    }
    const prepared = await preparedFor(installation, definition, roles);
    return await stackProgram(definition, prepared.context)();
  } finally {
    await installation.close();
  }
}
