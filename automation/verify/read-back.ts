import {
  type Difference,
  differencesBetween,
  identified,
  worldOfDeployed,
} from "../../isolation/deployed.ts";
import { shardsNotYetMade, withPlanned } from "../../isolation/not-yet-made.ts";
import type { PlanFinding } from "../../isolation/plan.ts";
import { ruleFindings } from "../../isolation/rules.ts";
import type { Shard, World } from "../../isolation/world.ts";
import { ownersOwn, worldOf } from "../../isolation/world-of-model.ts";
import { type AccountKey, accountIdOf } from "../../spec/deployment.ts";
import type { AwsClients } from "../aws.ts";
import type { Installation } from "../installation.ts";
import { currentModel } from "../model.ts";
import { accountsOf, distinctAccounts } from "../steps/role-accounts.ts";
import type { Role } from "../steps/steps.ts";
import { readAccount } from "./account.ts";
import { plannedScripts, scriptDifferences } from "./host-scripts.ts";

/** The accounts of some roles as they were read, against the plan and the rules. */
export interface ReadBack {
  /** As it is deployed; accounts that were not read, as they are planned. */
  readonly world: World;
  /** Accounts that these roles do not read. */
  readonly notRead: readonly string[];
  /** Shards of accounts that were read whose keys are still to be made; in `world` they are as they are planned. */
  readonly notYetMade: readonly Shard[];
  readonly assumptions: readonly string[];
  readonly differences: readonly Difference[];
  /** Properties that no policy shows. */
  readonly findings: readonly PlanFinding[];
}

const scriptsUnknown =
  "What the hosts do at their first boot is as planned; it was not compared, because the hand-offs of all accounts are not here.";

/** Reads the accounts of these roles, and compares what is there with the plan and with the rules. */
export async function readBack(
  installation: Installation,
  roles: readonly Role[],
  say: (line: string) => void,
): Promise<ReadBack> {
  const { deployment } = installation.inputs;
  const model = await currentModel(installation.inputs, installation.handoffs);
  const accounts = await Promise.all(
    distinctAccounts(deployment, accountsOf(roles)).map(async (account) => {
      say(`reading account ${accountIdOf(deployment, account)}`);
      return await readAccount(verifierOf(installation, account), model, account);
    }),
  );
  const hosts = accounts.find(({ id }) => id === model.accountIds.infrastructure);
  const scripts = await plannedScripts(installation, model);
  const planned = identified(worldOf(model, deployment), accounts);
  const deployed = worldOfDeployed(planned, accounts);
  const read = new Set(accounts.map(({ id }) => id));
  const notYetMade = shardsNotYetMade(deployed, read);
  const world = withPlanned(deployed, planned, notYetMade);
  return {
    world,
    notYetMade,
    notRead: world.accounts.filter(({ id }) => !read.has(id)).map(({ id }) => id),
    assumptions: [
      ...accounts.flatMap((one) => one.assumptions),
      ...(scripts === undefined && hosts !== undefined ? [scriptsUnknown] : []),
    ],
    differences: [
      ...differencesBetween(planned, accounts, ownersOwn(model, deployment)),
      ...accounts.flatMap(({ alarms }) => alarms),
      ...(scripts === undefined || hosts === undefined ? [] : scriptDifferences(scripts, hosts.parts)),
    ],
    findings: [
      ...accounts.flatMap(({ unread }) => unread),
      ...accounts.flatMap(({ parts }) => ruleFindings({ parts, variables: [] })),
      ...ruleFindings({ parts: [], variables: Object.keys(process.env) }),
    ],
  };
}

/** Everything is read as the account's read-only role. */
export function verifierOf(installation: Installation, account: AccountKey): AwsClients {
  return installation.awsAs(account, installation.names.verifierRole(account).arn);
}
