import { notYetMadeKeyArn } from "../../isolation/arns.ts";
import type { DeployedAccount, Difference } from "../../isolation/deployed.ts";
import type { Model } from "../../isolation/model.ts";
import type { PlanFinding, PlannedPart } from "../../isolation/plan.ts";
import type { AccountKey } from "../../spec/deployment.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import type { AwsClients } from "../aws.ts";
import { readAlarms } from "./alarms.ts";
import { attempts, readable } from "./attempt.ts";
import { readBuckets } from "./buckets.ts";
import { readHosts, readServices, readTasks, readTemplates, serviceParts } from "./compute.ts";
import { readDatabases } from "./databases.ts";
import { readIdentities } from "./identities.ts";
import { namedKeys, readKeys } from "./keys.ts";
import { readOrganization } from "./organization.ts";
import { type DeployedResource, readEndpoints, readRepositories, readSecrets } from "./resources.ts";

/** An account as it was read back, with the inputs that rules look at. */
export interface ReadAccount extends DeployedAccount {
  readonly parts: readonly PlannedPart[];
  /** Alarms that are not as they are planned. */
  readonly alarms: readonly Difference[];
  /** What the read-only role may not read. */
  readonly unread: readonly PlanFinding[];
  /** What has to be true because this account is not shown it, one sentence each. */
  readonly assumptions: readonly string[];
}

/**
 * Reads everything that decides who may do what in an account, by calls that change nothing and hand out no value.
 *
 * @throws CloudFailure where the account shows nothing to its read-only role
 */
export async function readAccount(
  clients: AwsClients,
  model: Model,
  account: AccountKey,
): Promise<ReadAccount> {
  return await readable(model.accountIds[account], () => readWhole(clients, model, account));
}

async function readWhole(clients: AwsClients, model: Model, account: AccountKey): Promise<ReadAccount> {
  const id = model.accountIds[account];
  const { region } = model;
  const { attempt, unread } = attempts();
  const { principals, profileRoles } = await readIdentities(clients);
  const keys = await readKeys(clients, id, attempt);
  const infrastructure = id === model.accountIds.infrastructure;
  const services = await readServices(clients);
  const { organization, policies, assumptions } = await readOrganization(clients, id);
  const resources: readonly DeployedResource[] = [
    ...(await readSecrets(clients, id, attempt)),
    ...(await readBuckets(clients, id, model, attempt)),
    ...(await readRepositories(clients, id, attempt)),
    ...(await readEndpoints(clients, id, region)),
    ...(await readHosts(clients, id, region, profileRoles, hostPlaceholders(model))),
    ...(await readTasks(clients, id, infrastructure ? taskFamilies(model) : new Map(), services)),
  ];
  return {
    id,
    principals,
    resources: [...keys, ...resources].flatMap(({ resource }) => (resource === undefined ? [] : [resource])),
    organization,
    organizationPolicies: policies,
    identifiers: Object.fromEntries([
      ...namedKeys(keys, model.names.prefix).map(([name, { resource }]) => [
        notYetMadeKeyArn(region, id, name),
        resource.arn,
      ]),
      ...resources.flatMap(({ placeholder, resource }) =>
        placeholder === undefined || resource === undefined ? [] : [[placeholder, resource.arn]],
      ),
    ]),
    parts: [
      ...[...keys, ...resources].flatMap(({ parts = [] }) => parts),
      ...serviceParts(services),
      ...(await readTemplates(clients, id, region)),
      ...(await readDatabases(clients, new Set(keys.map(({ resource }) => resource.arn)))),
      ...principals.flatMap(({ arn, trust, identity }) => [
        roleInputs("aws:iam/role:Role", arn, { assumeRolePolicy: JSON.stringify(trust) }),
        ...identity.map(({ document }) =>
          roleInputs("aws:iam/rolePolicy:RolePolicy", arn, { policy: JSON.stringify(document) }),
        ),
      ]),
    ],
    alarms: await readAlarms(clients, model, account),
    unread,
    assumptions,
  };
}

function roleInputs(type: string, urn: string, inputs: PlannedPart["inputs"]): PlannedPart {
  return { urn, type, operation: "same", inputs };
}

/** What stands in the plan for the host of a node, by the host's role. */
function hostPlaceholders({ nodes, region, accountIds }: Model): ReadonlyMap<string, string> {
  const prefix = `arn:aws:ec2:${region}:${accountIds.infrastructure}:instance/not-yet-made-node`;
  return new Map(nodeNumbers.map((node) => [nodes[node].roleArn, `${prefix}${node}`]));
}

/** ARN that stands in the plan for a workload's tasks, by the family of their definitions. */
function taskFamilies({ names, region, accountIds, roles }: Model): ReadonlyMap<string, string> {
  const workloads = Object.keys(roles)
    .filter((name) => name.endsWith("-task"))
    .map((name) => name.replace(/-task$/, ""));
  const cluster = `arn:aws:ecs:${region}:${accountIds.infrastructure}:task/${names.prefix}`;
  return new Map(workloads.map((name) => [`${names.prefix}-${name}`, `${cluster}/${name}`]));
}
