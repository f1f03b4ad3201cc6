import {
  type Difference,
  differencesBetween,
  identified,
  worldOfDeployed,
} from "../../isolation/deployed.ts";
import { escalations } from "../../isolation/escalations.ts";
import type { PlanFinding } from "../../isolation/plan.ts";
import { type Proof, prove } from "../../isolation/proof/prove.ts";
import { witnessWords } from "../../isolation/proof-words.ts";
import { ruleFindings } from "../../isolation/rules.ts";
import type { World } from "../../isolation/world.ts";
import { ownersOwn, worldOf } from "../../isolation/world-of-model.ts";
import { type AccountKey, accountIdOf, accountKeys } from "../../spec/deployment.ts";
import { exitCodes } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { coloured } from "../output.ts";
import { currentModel } from "../stack-context.ts";
import { accountsOf, type Role } from "../steps.ts";
import { readAccount } from "../verify/account.ts";
import { type Probe, probe } from "../verify/probes.ts";
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
  const { world, notRead, assumptions, differences, findings } = await readBack(installation, roles, say);
  const { questions: _, ...proof } = await prove(world);
  const probes = await probesOf(installation, roles, world);
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

export interface ReadBack extends Pick<Verification, "notRead" | "assumptions" | "differences" | "findings"> {
  /** As it is deployed. */
  readonly world: World;
}

/** Reads the accounts of these roles, and compares what is there with the plan and with the rules. */
export async function readBack(
  installation: Installation,
  roles: readonly Role[],
  say: (line: string) => void,
): Promise<ReadBack> {
  const { deployment } = installation.inputs;
  const model = await currentModel(installation.inputs, installation.handoffs);
  const accounts = await Promise.all(
    distinct(installation, accountsOf(roles)).map(async (account) => {
      say(`reading account ${accountIdOf(deployment, account)}`);
      return await readAccount(verifierOf(installation, account), model, account);
    }),
  );
  const planned = identified(worldOf(model, deployment), accounts);
  const world = worldOfDeployed(planned, accounts);
  const read = new Set(accounts.map(({ id }) => id));
  return {
    world,
    notRead: world.accounts.filter(({ id }) => !read.has(id)).map(({ id }) => id),
    assumptions: accounts.flatMap((one) => one.assumptions),
    differences: [
      ...differencesBetween(planned, accounts, ownersOwn(model, deployment)),
      ...accounts.flatMap(({ alarms }) => alarms),
    ],
    findings: [
      ...accounts.flatMap(({ unread }) => unread),
      ...accounts.flatMap(({ parts }) => ruleFindings({ parts, variables: [] })),
      ...ruleFindings({ parts: [], variables: Object.keys(process.env) }),
    ],
  };
}

async function probesOf(
  installation: Installation,
  roles: readonly Role[],
  world: World,
): Promise<readonly Probe[]> {
  const accounts = distinct(installation, accountsOf(roles));
  return await Promise.all(
    accounts.flatMap((account) =>
      world.shards
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

/** Everything is read as the account's read-only role. */
function verifierOf(installation: Installation, account: AccountKey) {
  return installation.awsAs(account, installation.names.verifierRole(account).arn);
}

/** In a sandbox the three accounts are one, and are read once. */
function distinct({ inputs: { deployment } }: Installation, accounts: readonly AccountKey[]): AccountKey[] {
  const id = (account: AccountKey) => accountIdOf(deployment, account);
  const chosen = new Set(accounts.map(id));
  return accountKeys.filter(
    (account, index) =>
      chosen.has(id(account)) && accountKeys.findIndex((other) => id(other) === id(account)) === index,
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
    `${coloured(verdict === "proven" ? "green" : "red", verdict)} over what is deployed: no single party reaches more than one shard`,
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
