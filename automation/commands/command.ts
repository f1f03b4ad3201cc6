import { sandboxGrade } from "../../isolation/proof/assumptions.ts";
import type { Place } from "../cloud-of.ts";
import { type Installation, openInstallation } from "../installation.ts";
import { roles as allRoles, type Role } from "../steps/steps.ts";
import { coloured, type Output } from "../terminal/output.ts";

/** What every command is given: where the deployment is, for whom it acts, and how it answers. */
export interface CommandOptions extends Place {
  /** Empty: every role but the auditor's. */
  readonly roles: readonly Role[];
  readonly output: Output;
  readonly signal: AbortSignal;
  /** The command as it was given. */
  readonly given?: string;
  /** The command that goes on where this one stops. */
  readonly next?: string;
}

const deployers = allRoles.filter((role) => role !== "auditor");
export const rolesOf = (options: CommandOptions) => (options.roles.length > 0 ? options.roles : deployers);

/** What every output says of a deployment that keeps the promise only on paper. */
export function gradeOf({ inputs }: Installation): string | undefined {
  return inputs.deployment.profile === "sandbox" ? sandboxGrade : undefined;
}

/** Opens the installation for the time of `work`. */
export async function withInstallation<T>(
  options: CommandOptions,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const installation = await openInstallation(options);
  const grade = gradeOf(installation);
  if (grade !== undefined) options.output.say(coloured("yellow", grade));
  try {
    return await work(installation);
  } finally {
    await installation.close();
  }
}

export const report = (options: CommandOptions) => (line: string) =>
  options.output.say(coloured("dim", line));
