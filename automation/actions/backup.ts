import { z } from "zod";
import { samePerson } from "../../spec/person.ts";
import { Refusal, UserError } from "../errors.ts";
import type { Action, ActionContext } from "./action.ts";
import { readEvidence, writeEvidence } from "./evidence.ts";
import { done, waiting } from "./finding.ts";

/** What is known of a backup: enough to find it and to recognize it, and nothing of it. */
const backupSchema = z.strictObject({
  /** SHA-256 of the backup file, hex. */
  sha256: z.string(),
  /** Where it is kept. */
  place: z.string(),
  /** Who keeps it. */
  keeper: z.string(),
  /** Who saw that it was made and put there. */
  witness: z.string(),
  at: z.string(),
});
export type BackupEvidence = Omit<z.infer<typeof backupSchema>, "at">;

/** Waits for a person to make the backup of the master key, which this program never reads or sends. */
export const backup: Action = { inspect: look, perform: look };

async function look(context: ActionContext) {
  const evidence = await readEvidence(context, "backup", backupSchema);
  if (evidence !== undefined) {
    return done(
      context,
      `kept by ${evidence.keeper} in ${evidence.place}, witnessed by ${evidence.witness}, recorded on ${evidence.at}`,
    );
  }
  return waiting(
    "download the backup of the master key in the wallet (Settings, Backup Key), store it away from the wallet before a witness, and record it: `record backup --sha256 HEX --place TEXT --keeper NAME --witness NAME`",
    "infrastructure-admin",
  );
}

/**
 * Records that the backup was made.
 *
 * @throws UserError for a hash that is none, empty names, or a keeper who is their own witness
 * @throws Refusal for a keeper who holds the recovery key as well
 */
export async function recordBackup(context: ActionContext, evidence: BackupEvidence): Promise<void> {
  const refused = (message: string, hint: string) =>
    new UserError({ code: "backup-evidence-invalid", message, hint });
  if (!/^[0-9a-f]{64}$/.test(evidence.sha256)) {
    throw refused(
      `"${evidence.sha256}" is no SHA-256.`,
      "accepted are 64 lower-case hexadecimal digits, as sha256sum prints them",
    );
  }
  for (const name of ["place", "keeper", "witness"] as const) {
    if (evidence[name].trim() === "")
      throw refused(`${name} is empty.`, `say --${name} in words that another person understands`);
  }
  if (samePerson(evidence.keeper, evidence.witness)) {
    throw refused(
      `${evidence.keeper} is named as keeper and as witness.`,
      "name a second person who saw the backup being stored",
    );
  }
  const custodian = context.inputs.deployment.custodians.find(({ name }) =>
    samePerson(name, evidence.keeper),
  );
  if (custodian !== undefined) {
    throw new Refusal({
      code: "backup-keeper-holds-recovery-key",
      message: `${evidence.keeper} is a custodian of the emergency recovery key; with the backup that opens every shard.`,
      hint: "give the backup to somebody who is not listed under custodians in deployment.yaml",
    });
  }
  await writeEvidence(context, "backup", { ...evidence, at: context.cloud.now().toISOString() });
}
