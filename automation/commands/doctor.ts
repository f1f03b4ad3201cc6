import { doctorChecks } from "../actions/doctor.ts";
import { engineVersion, obtainEngine } from "../engine/engine.ts";
import { exitCodes } from "../errors.ts";
import { stepNamed } from "../steps/steps.ts";
import { coloured } from "../terminal/output.ts";
import { type CommandOptions, report, rolesOf, withInstallation } from "./command.ts";

/** `doctor`: everything this machine and the chosen accounts need before anything is changed. */
export async function doctor(options: CommandOptions): Promise<number> {
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    const step = stepNamed(installation.steps, "doctor");
    const context = await installation.actionContext(rolesOf(options), step, {
      withoutHealth: false,
      report: report(options),
    });
    const checks = [
      { id: "engine", ok: true, message: `Pulumi engine ${engineVersion} at ${engine.command}` },
      ...(await doctorChecks(context)),
    ];
    const ok = checks.every((check) => check.ok);
    for (const check of checks) {
      options.output.say(`${check.ok ? coloured("green", "ok ") : coloured("red", "no ")} ${check.message}`);
      if (!check.ok && "hint" in check && check.hint !== undefined) options.output.say(`    → ${check.hint}`);
    }
    options.output.answer({ ok, checks });
    return ok ? exitCodes.done : exitCodes.refused;
  });
}
