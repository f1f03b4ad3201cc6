import { sandboxGrade } from "../../isolation/proof/assumptions.ts";
import { accountIdOf, accountKeys } from "../../spec/deployment.ts";
import type { Place } from "../cloud-of.ts";
import { reachable } from "../guards/run-guards.ts";
import { type Installation, openInstallation } from "../installation.ts";
import { accountsOf } from "../steps/role-accounts.ts";
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

/**
 * The roles that a command looks on for: those that were named, else all whose accounts this machine has credentials for. Nobody has them
 * for every account in production; what is not read is left to hand-offs, and said.
 */
export async function rolesHere(
  options: CommandOptions,
  installation: Installation,
): Promise<readonly Role[]> {
  if (options.roles.length > 0 || !installation.cloud.real) return rolesOf(options);
  const { deployment } = installation.inputs;
  const callers = await reachable(installation, accountKeys);
  const ids = new Set(callers.map(({ accountId }) => accountId));
  const unread = new Set(
    accountKeys.map((account) => accountIdOf(deployment, account)).filter((id) => !ids.has(id)),
  );
  for (const id of unread)
    report(options)(`account ${id} is not read: this machine has no credentials for it`);
  return deployers.filter((role) =>
    accountsOf([role]).every((account) => ids.has(accountIdOf(deployment, account))),
  );
}

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
