import { differencesBetween, identified, worldOfDeployed } from "../../isolation/deployed.ts";
import type { PlanFinding } from "../../isolation/plan.ts";
import { prove } from "../../isolation/proof/prove.ts";
import { witnessWords } from "../../isolation/proof-words.ts";
import { ruleFindings } from "../../isolation/rules.ts";
import { ownersOwn, worldOf } from "../../isolation/world-of-model.ts";
import { type AccountKey, accountIdOf, accountKeys } from "../../spec/deployment.ts";
import { type CommandOptions, report, rolesOf, withInstallation } from "../commands.ts";
import { exitCodes } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { coloured } from "../output.ts";
import { currentModel } from "../stack-context.ts";
import { accountsOf } from "../steps.ts";
import { readAccount } from "./account.ts";
import { type Probe, probe } from "./probes.ts";

/**
 * `verify`: reads the policies that are deployed, rebuilds the world from them alone and proves it again; lists every difference from
 * the plan. An administrator reads their own account, an auditor all; accounts that are not read count as planned, and it says so.
 */
export async function verify(options: CommandOptions): Promise<number> {
  return await withInstallation(options, async (installation) => {
    const { deployment } = installation.inputs;
    const startedAt = performance.now();
    const model = await currentModel(installation.inputs, installation.handoffs);
    const keys = distinct(installation, accountsOf(rolesOf(options)));
    const accounts = await Promise.all(
      keys.map(async (account) => {
        report(options)(`reading account ${accountIdOf(deployment, account)}`);
        return await readAccount(verifierOf(installation, account), model, account);
      }),
    );
    const planned = identified(worldOf(model, deployment), accounts);
    const world = worldOfDeployed(planned, accounts);
    const { questions: _, ...proof } = await prove(world);
    const differences = differencesBetween(planned, accounts, ownersOwn(model, deployment));
    const findings = accounts.flatMap(({ parts }) => ruleFindings({ parts, variables: [] }));
    const read = new Set(accounts.map(({ id }) => id));
    const probes = await Promise.all(
      keys.flatMap((account) =>
        world.shards
          .filter((shard) => shard.account === accountIdOf(deployment, account))
          .map((shard) => probe(verifierOf(installation, account), shard)),
      ),
    );
    const notRead = world.accounts.filter(({ id }) => !read.has(id)).map(({ id }) => id);
    const assumptions = [
      ...notRead.map((id) => `Account ${id} was not read and counts as planned.`),
      ...proof.assumptions,
    ];
    const durationMs = Math.round(performance.now() - startedAt);
    const answer = { ...proof, assumptions, durationMs, differences, findings, probes };
    options.output.say(verifyText(answer));
    options.output.answer(answer);
    const sound = differences.length === 0 && findings.length === 0 && !probes.some(isOpen);
    return proof.verdict === "proven" && sound ? exitCodes.done : exitCodes.refused;
  });
}

const isOpen = ({ outcome }: Probe) => outcome === "allowed";

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

interface VerifyAnswer
  extends Pick<Awaited<ReturnType<typeof prove>>, "verdict" | "obligations" | "assumptions"> {
  readonly differences: ReturnType<typeof differencesBetween>;
  readonly findings: readonly PlanFinding[];
  readonly probes: readonly Probe[];
}

function verifyText({
  verdict,
  obligations,
  assumptions,
  differences,
  findings,
  probes,
}: VerifyAnswer): string {
  const open = obligations.filter(({ status }) => status === "violated" || status === "undecided");
  const lines = (heading: string, list: readonly string[]) =>
    list.length === 0 ? [] : ["", heading, ...list.map((one) => `  ${one}`)];
  return [
    `${coloured(verdict === "proven" ? "green" : "red", verdict)} over what is deployed: no single party reaches more than one shard`,
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
