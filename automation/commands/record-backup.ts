import { type BackupEvidence, backup, recordBackup } from "../actions/backup.ts";
import { exitCodes } from "../errors.ts";
import { guardCredentials } from "../guards/run-guards.ts";
import { stepNamed } from "../steps/steps.ts";
import { type CommandOptions, report, withInstallation } from "./command.ts";

/** `record backup`: the evidence that a person has backed up the master key. The file itself is never read. */
export async function recordBackupEvidence(
  options: CommandOptions & { readonly evidence: BackupEvidence },
): Promise<number> {
  return await withInstallation(options, async (installation) => {
    await guardCredentials(installation, ["infrastructure"]);
    const step = stepNamed(installation.steps, "backup");
    const context = await installation.actionContext(["infrastructure-admin"], step, {
      withoutHealth: false,
      report: report(options),
    });
    await recordBackup(context, options.evidence);
    const finding = await backup.inspect(context);
    options.output.say(finding.detail);
    options.output.answer({ ok: finding.state === "done", detail: finding.detail });
    return finding.state === "done" ? exitCodes.done : exitCodes.waiting;
  });
}
