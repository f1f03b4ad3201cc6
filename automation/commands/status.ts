import { obtainEngine } from "../engine/engine.ts";
import { exitCodes } from "../errors.ts";
import { readStatus } from "../status.ts";
import { type CommandOptions, gradeOf, report, rolesHere, withInstallation } from "./command.ts";
import { statusText } from "./tables.ts";

/** `status`: where every step stands and who has to act next. */
export async function status(options: CommandOptions): Promise<number> {
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    const found = await readStatus(installation, engine, await rolesHere(options, installation));
    options.output.say(statusText(found));
    options.output.answer({ ...found, grade: gradeOf(installation) });
    return exitCodes.done;
  });
}
