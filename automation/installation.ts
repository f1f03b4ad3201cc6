import { join } from "node:path";
import { ECRClient } from "@aws-sdk/client-ecr";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { type Names, namesOf } from "../isolation/names.ts";
import type { AccountKey } from "../spec/deployment.ts";
import type { Inputs } from "../spec/inputs.ts";
import type { StackId } from "../stacks/outputs.ts";
import type { ActionContext } from "./actions/action.ts";
import { type AwsClients, awsClients } from "./aws.ts";
import type { Cloud } from "./cloud.ts";
import { openCloud, type Place } from "./cloud-of.ts";
import { type Handoffs, handoffsIn } from "./handoffs.ts";
import { readInputs } from "./inputs.ts";
import { currentModel } from "./model.ts";
import { accountsOf, distinctAccounts } from "./steps/role-accounts.ts";
import { type Role, type Step, stepsOf } from "./steps/steps.ts";

/** One deployment with everything a command works on: its inputs, the cloud it goes to and the files of this machine. */
export interface Installation {
  readonly inputs: Inputs;
  readonly names: Names;
  readonly steps: readonly Step[];
  readonly cloud: Cloud;
  readonly handoffs: Handoffs;
  /** Files of this machine: work folders, hand-offs, downloads. */
  readonly folder: string;
  workFolder(stack: StackId): string;
  /** Clients with the credentials of that account's deploy role. */
  aws(account: AccountKey): AwsClients;
  /** Clients of another role of that account, which the account's own credentials assume. */
  awsAs(account: AccountKey, roleArn: string): AwsClients;
  /** What an action of these roles may use. */
  actionContext(roles: readonly Role[], step: Step, options: ActionOptions): Promise<ActionContext>;
  close(): Promise<void>;
}

export interface ActionOptions {
  readonly withoutHealth: boolean;
  readonly report: (line: string) => void;
}

/**
 * Reads the inputs and opens the cloud.
 *
 * @throws UserError for every problem in the input files at once
 */
export async function openInstallation(place: Place): Promise<Installation> {
  const opened = await openCloud(place);
  try {
    return installationOn(opened.cloud, await readInputs(opened.inputFolder), opened.folder);
  } catch (error) {
    await opened.cloud.close();
    throw error;
  }
}

/** The installation on a cloud that is open already. */
export function installationOn(cloud: Cloud, inputs: Inputs, folder: string): Installation {
  const { deployment } = inputs;
  const handoffs = handoffsIn(join(folder, "handoffs"), deployment.environment, cloud.now);
  const place = { region: deployment.region, endpoint: cloud.endpoint };
  // Fetched at the first request, so that opening an installation touches no account.
  const credentialsOf = (account: AccountKey) => async () => {
    const credentials = await cloud.credentials(account);
    return typeof credentials === "function" ? await credentials() : credentials;
  };
  const byAccount = new Map<AccountKey, AwsClients>();
  const byRole = new Map<string, AwsClients>();
  const aws = (account: AccountKey) => {
    const known = byAccount.get(account);
    if (known !== undefined) return known;
    const clients = awsClients({ ...place, credentials: credentialsOf(account) });
    byAccount.set(account, clients);
    return clients;
  };
  const awsAs = (account: AccountKey, roleArn: string) => {
    const known = byRole.get(roleArn);
    if (known !== undefined) return known;
    const clients = awsClients({ ...place, credentials: () => assumed(aws(account), roleArn) });
    byRole.set(roleArn, clients);
    return clients;
  };
  return {
    inputs,
    names: namesOf(deployment),
    steps: stepsOf(deployment),
    cloud,
    handoffs,
    folder,
    workFolder: (stack) => join(folder, "work", stack),
    aws,
    awsAs,
    async actionContext(roles, step, options) {
      return {
        inputs,
        model: await currentModel(inputs, handoffs),
        cloud,
        accounts: step.account === null ? distinctAccounts(deployment, accountsOf(roles)) : [step.account],
        aws,
        awsAs,
        vendorRegistry: (account) =>
          new ECRClient({
            ...place,
            region: deployment.release.vendor.region,
            credentials: credentialsOf(account),
          }),
        handoffs,
        options: { withoutHealth: options.withoutHealth, folder },
        report: options.report,
      };
    },
    close: () => cloud.close(),
  };
}

async function assumed(clients: AwsClients, roleArn: string): Promise<AwsCredentialIdentity> {
  const { Credentials: issued } = await clients.sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "ivault" }),
  );
  if (issued?.AccessKeyId === undefined || issued.SecretAccessKey === undefined) {
    throw new Error(`AssumeRole of ${roleArn} answered without credentials.`);
  }
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
    expiration: issued.Expiration,
  };
}
