import { accountOfNode, type Deployment, type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import { nodeKeys, nodeSecrets } from "./account-roles.ts";
import { baselineOf, distinctAccounts } from "./accounts.ts";
import { repositoryArn, topicArn } from "./arns.ts";
import {
  accessLogBucketPolicy,
  artefactBucketPolicy,
  backupBucketPolicy,
  trailBucketPolicy,
} from "./bucket-policies.ts";
import { endpoints } from "./endpoint-policies.ts";
import { identifiersOf } from "./identifiers.ts";
import type {
  KnownIdentifiers,
  Model,
  ModelBucket,
  ModelNode,
  ModelRepository,
  ModelTopic,
} from "./model.ts";
import { keys } from "./model-keys.ts";
import { roles } from "./model-roles.ts";
import { secrets } from "./model-secrets.ts";
import { namesOf } from "./names.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { pinsOf } from "./sealing-key-policy.ts";
import { statesOf } from "./state-places.ts";
import { alarmTopicPolicy } from "./topic-policies.ts";
import { workloadsOf } from "./wallet-vault.ts";

/**
 * Builds every name, ARN and policy of all accounts from the deployment alone: pure, and equal inputs give equal texts.
 *
 * @param deployment the validated deployment.yaml.
 * @param services the wallet and the optional services that the specification names, in kebab case.
 * @param known identifiers that AWS has chosen, from the hand-offs; without them the node roles' cross-account policies hold
 * placeholders and `identifiersKnown` is false.
 * @throws ModelError when an administrator has no principal in the account that they administer.
 */
export function buildModel(
  deployment: Deployment,
  services: readonly string[],
  known: KnownIdentifiers = { nodes: {} },
): Model {
  const scope = scopeOf(deployment, namesOf(deployment), services);
  return {
    names: scope.names,
    region: scope.region,
    accountIds: {
      infrastructure: scope.id("infrastructure"),
      policyNode1: scope.id("policyNode1"),
      policyNode2: scope.id("policyNode2"),
    },
    roles: roles(scope, known),
    keys: byName(keys(scope), "name"),
    secrets: secrets(scope),
    buckets: byName(buckets(scope), "logicalName"),
    repositories: byName(repositories(scope), "component"),
    endpoints: endpoints(scope),
    topics: byName(topics(scope), "logicalName"),
    nodes: { 0: nodeOf(scope, 0, known), 1: nodeOf(scope, 1, known), 2: nodeOf(scope, 2, known) },
    states: distinctAccounts(scope).flatMap((account) => statesOf(scope, account)),
    identifiersKnown: nodeNumbers.every((node) => known.nodes[node] !== undefined),
  };
}

function byName<K extends string, T extends Readonly<Record<K, string>>>(
  items: readonly T[],
  key: K,
): Record<string, T> {
  return Object.fromEntries(items.map((item) => [item[key], item]));
}

/** Evidence and trails are kept a year; a sandbox is to be removed sooner. */
function lockDays(scope: Scope): number {
  return scope.deployment.profile === "production" ? 365 : 1;
}

function buckets(scope: Scope): ModelBucket[] {
  const own = (purpose: string) => scope.names.bucket("infrastructure", purpose);
  const infrastructure = { account: "infrastructure", stack: "baseline-infrastructure" } as const;
  const trails = distinctAccounts(scope).map((account): ModelBucket => {
    const name = scope.names.bucket(account, "trail");
    return {
      account,
      stack: baselineOf(scope, account),
      logicalName: `trail-${account}`,
      name,
      policy: trailBucketPolicy(scope, account, name),
      lockDays: lockDays(scope),
    };
  });
  return [
    {
      ...infrastructure,
      logicalName: "artefacts",
      name: own("artefacts"),
      policy: artefactBucketPolicy(scope, own("artefacts")),
      lockDays: lockDays(scope),
    },
    {
      ...infrastructure,
      logicalName: "access-logs",
      name: own("access-logs"),
      policy: accessLogBucketPolicy(scope, own("access-logs")),
    },
    {
      account: "infrastructure",
      stack: "wallet-long-lived",
      logicalName: "backups",
      name: own("backups"),
      policy: backupBucketPolicy(own("backups")),
    },
    ...trails,
  ];
}

/** One repository a component. Who pulls and who pushes are roles of the same account, so their identity policies say it all. */
function repositories(scope: Scope): ModelRepository[] {
  return [...workloadsOf(scope.services), "policy-node"].map((component) => ({
    account: "infrastructure",
    stack: "baseline-infrastructure",
    component,
    name: scope.names.repository(component),
    arn: repositoryArn(scope, component),
    policy: null,
  }));
}

function topics(scope: Scope): ModelTopic[] {
  return distinctAccounts(scope).map((account) => ({
    account,
    stack: baselineOf(scope, account),
    logicalName: `alarms-${account}`,
    name: `${scope.names.prefix}-alarms`,
    arn: topicArn(scope, account),
    policy: alarmTopicPolicy(scope, account),
  }));
}

function nodeOf(scope: Scope, node: NodeNumber, known: KnownIdentifiers): ModelNode {
  const identifiers = identifiersOf(scope, node, known);
  const host = scope.names.nodeRole(node);
  const keys = nodeKeys(node);
  return {
    node,
    account: accountOfNode(node),
    roleArn: host.arn,
    roleName: host.name,
    ...pinsOf(scope, node),
    sealingKey: keys.sealing,
    vaultKey: keys.vault,
    configurationKey: keys.configuration,
    arns: {
      sealingKey: identifiers.sealingKeyArn,
      vaultKey: identifiers.vaultKeyArn,
      configurationKey: identifiers.configurationKeyArn,
      secrets: identifiers.secretArns,
    },
    secrets: nodeSecrets(node),
  };
}
