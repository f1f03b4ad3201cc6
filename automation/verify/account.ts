import { notYetMadeKeyArn } from "../../isolation/arns.ts";
import type { DeployedAccount } from "../../isolation/deployed.ts";
import type { Model } from "../../isolation/model.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { AccountKey } from "../../spec/deployment.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import type { AwsClients } from "../aws.ts";
import { readIdentities } from "./identities.ts";
import { readKeys } from "./keys.ts";
import {
  type DeployedResource,
  readBuckets,
  readEndpoints,
  readHosts,
  readRepositories,
  readSecrets,
  readTasks,
} from "./resources.ts";

/** An account as it was read back, with the inputs that rules look at. */
export interface ReadAccount extends DeployedAccount {
  readonly parts: readonly PlannedPart[];
}

/** Reads everything that decides who may do what in an account, by calls that change nothing and hand out no value. */
export async function readAccount(
  clients: AwsClients,
  model: Model,
  account: AccountKey,
): Promise<ReadAccount> {
  const id = model.accountIds[account];
  const { region } = model;
  const { principals, profileRoles } = await readIdentities(clients);
  const keys = await readKeys(clients, id);
  const infrastructure = id === model.accountIds.infrastructure;
  const resources: readonly DeployedResource[] = [
    ...(await readSecrets(clients, id)),
    ...(await readBuckets(clients, id)),
    ...(await readRepositories(clients, id)),
    ...(await readEndpoints(clients, id, region)),
    ...(await readHosts(clients, id, region, profileRoles, hostPlaceholders(model))),
    ...(infrastructure ? await readTasks(clients, id, taskFamilies(model)) : []),
  ];
  const { prefix } = model.names;
  return {
    id,
    principals,
    resources: [...keys, ...resources].map(({ resource }) => resource),
    identifiers: Object.fromEntries([
      ...keys.flatMap(({ aliases, resource }) =>
        aliases
          .filter((alias) => alias.startsWith(`${prefix}-`))
          .map((alias) => [notYetMadeKeyArn(region, id, alias.slice(prefix.length + 1)), resource.arn]),
      ),
      ...resources.flatMap(({ placeholder, resource }) =>
        placeholder === undefined ? [] : [[placeholder, resource.arn]],
      ),
    ]),
    parts: [
      ...[...keys, ...resources].flatMap(({ part }) => (part === undefined ? [] : [part])),
      ...principals.flatMap(({ arn, trust, identity }) => [
        roleInputs("aws:iam/role:Role", arn, { assumeRolePolicy: JSON.stringify(trust) }),
        ...identity.map(({ document }) =>
          roleInputs("aws:iam/rolePolicy:RolePolicy", arn, { policy: JSON.stringify(document) }),
        ),
      ]),
    ],
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
