import type { Difference } from "../../isolation/deployed.ts";
import { escalations } from "../../isolation/escalations.ts";
import { withheld } from "../../isolation/not-yet-made.ts";
import type { PlanFinding } from "../../isolation/plan.ts";
import { type Proof, prove } from "../../isolation/proof/prove.ts";
import { verdictWords, witnessWords } from "../../isolation/proof-words.ts";
import type { Shard } from "../../isolation/world.ts";
import { accountIdOf } from "../../spec/deployment.ts";
import { exitCodes } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { accountsOf, distinctAccounts } from "../steps/role-accounts.ts";
import type { Role } from "../steps/steps.ts";
import { coloured } from "../terminal/output.ts";
import { type Probe, probe } from "../verify/probes.ts";
import { readBack, verifierOf } from "../verify/read-back.ts";
import { type CommandOptions, report, rolesOf, withInstallation } from "./command.ts";

/** Rows of the escalation table that no deployed account shows. */
const notDeployed = escalations.filter(({ unseen }) => unseen !== undefined);

/** The proof over what is deployed, and everything that is not as it was planned. */
export interface Verification extends Proof {
  readonly durationMs: number;
  /** Accounts that these roles do not read. */
  readonly notRead: readonly string[];
  readonly differences: readonly Difference[];
  /** Properties that no policy shows. */
  readonly findings: readonly PlanFinding[];
  readonly probes: readonly Probe[];
}

/**
 * `verify`: reads the policies that are deployed, rebuilds the world from them alone and proves it again; lists every difference from
 * the plan. An administrator reads their own account, an auditor all; accounts that are not read count as planned, and it says so.
 */
export async function verify(options: CommandOptions): Promise<number> {
  return await withInstallation(options, async (installation) => {
    const answer = await verified(installation, rolesOf(options), report(options));
    options.output.say(verifyText(answer));
    options.output.answer({ ...answer });
    return isSound(answer) ? exitCodes.done : exitCodes.refused;
  });
}

/** What is deployed in the accounts of these roles, read back and proven again. */
async function verified(
  installation: Installation,
  roles: readonly Role[],
  say: (line: string) => void,
): Promise<Verification> {
  const startedAt = performance.now();
  const { world, notRead, notYetMade, assumptions, differences, findings } = await readBack(
    installation,
    roles,
    say,
  );
  const { questions: _, ...proof } = withheld(await prove(world), notYetMade);
  const made = world.shards.filter((shard) => !notYetMade.includes(shard));
  const probes = await probesOf(installation, roles, made);
  return {
    ...proof,
    assumptions: [
      ...notRead.map((id) => `Account ${id} was not read and counts as planned.`),
      ...proof.assumptions,
      ...assumptions,
      ...notDeployed.map(
        (row) => `Row ${row.row} of the escalation table shows in no account: ${row.unseen}.`,
      ),
    ],
    durationMs: Math.round(performance.now() - startedAt),
    notRead,
    differences,
    findings,
    probes,
  };
}

async function probesOf(
  installation: Installation,
  roles: readonly Role[],
  shards: readonly Shard[],
): Promise<readonly Probe[]> {
  const accounts = distinctAccounts(installation.inputs.deployment, accountsOf(roles));
  return await Promise.all(
    accounts.flatMap((account) =>
      shards
        .filter((shard) => shard.account === accountIdOf(installation.inputs.deployment, account))
        .map((shard) => probe(verifierOf(installation, account), shard)),
    ),
  );
}

function isSound({ verdict, differences, findings, probes }: Verification): boolean {
  return (
    verdict === "proven" &&
    differences.length === 0 &&
    findings.length === 0 &&
    !probes.some(({ outcome }) => outcome === "allowed")
  );
}

function verifyText({
  verdict,
  obligations,
  assumptions,
  differences,
  findings,
  probes,
  notRead,
}: Verification): string {
  const open = obligations.filter(({ status }) => status === "violated" || status === "undecided");
  const lines = (heading: string, list: readonly string[]) =>
    list.length === 0 ? [] : ["", heading, ...list.map((one) => `  ${one}`)];
  return [
    `over what is deployed, ${coloured(verdict === "proven" ? "green" : "red", verdictWords({ verdict, obligations }))}`,
    ...notRead.map((id) =>
      coloured("yellow", `account ${id} was not read: nothing is said of what is deployed there`),
    ),
    ...open.flatMap(witnessWords).map((line) => `  ${line}`),
    ...lines(
      "Not as planned:",
      differences.map(({ resource, kind, detail }) => `${kind}: ${resource}: ${detail}`),
    ),
    ...lines(
      "Against the rules:",
      findings.map(({ resource, message }) => `${resource} ${message}`),
    ),
    ...lines(
      "Decryption without attestation, asked of the live keys:",
      probes.map(({ keyArn, outcome }) => `${keyArn}: ${outcome}`),
    ),
    ...lines(
      "Provided that:",
      assumptions.map((assumption) => `- ${assumption}`),
    ),
  ].join("\n");
}
