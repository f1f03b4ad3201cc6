import { accountKeys, type Deployment, type NodeNumber, nodeNumbers } from "../spec/deployment.ts";
import { accountOfArn, bucketArn, notYetMadeKeyArn, rootArn } from "./arns.ts";
import type { Model } from "./model.ts";
import { acceptedRisksOf, partiesOf, peopleWithin } from "./parties.ts";
import { type PolicyDocument, policy } from "./policy.ts";
import { trusts } from "./trust.ts";
import type { ListedPrincipal, Shard, World, WorldResource } from "./world.ts";

/**
 * The planned world as the proof reads it: every principal, policy and resource of all accounts of the deployment. Identifiers that AWS
 * has not chosen yet are placeholders, the same in resources and policies, so that a world can be proven before anything exists.
 */
export function worldOf(model: Model, deployment: Deployment): World {
  return {
    version: 1,
    profile: deployment.profile,
    accounts: accountsOf(deployment),
    shards: nodeNumbers.map((node) => shardOf(model, deployment, node)),
    parties: [...partiesOf(model, deployment)],
    principals: [...rolesOf(model), ...peopleOf(model, deployment)],
    resources: eachOnce(resourcesOf(model)),
    organizationPolicies: [],
    acceptedRisks: acceptedRisksOf(model, deployment),
  };
}

/** ARNs that the accounts' owners keep for themselves and the deployment does not make: people's principals, the engine's state. */
export function ownersOwn(model: Model, deployment: Deployment): ReadonlySet<string> {
  const described = new Set(Object.values(model.roles).map(({ arn }) => arn));
  return new Set([
    ...partiesOf(model, deployment)
      .flatMap(({ principals }) => principals)
      .filter((arn) => !described.has(arn)),
    ...model.states.flatMap(({ account, bucket, key }) => [
      bucketArn(bucket),
      stateKeyArn(model, model.accountIds[account], key),
    ]),
  ]);
}

/** Each account once: in a sandbox the three are one. */
function accountsOf(deployment: Deployment): World["accounts"] {
  const entries = accountKeys.map((key) => deployment.accounts[key]);
  return entries
    .filter(({ id }, index) => entries.findIndex((other) => other.id === id) === index)
    .map(({ id, organization }) => ({ id, organization }));
}

function shardOf(model: Model, deployment: Deployment, number: NodeNumber): Shard {
  const { names } = model;
  const node = model.nodes[number];
  const auditors = deployment.auditors.flatMap(({ principals }) => principals);
  // The first secret is the sealed password.
  const { masterPassword, ...others } = node.secrets;
  return {
    node: number,
    account: model.accountIds[node.account],
    keyArn: node.arns.sealingKey,
    vaultKeyArn: node.arns.vaultKey,
    secretArns: [masterPassword, ...Object.values(others)].map((secret) =>
      concrete(node.arns.secrets[secret] ?? ""),
    ),
    nodeRoleArn: node.roleArn,
    pcrs: { "0": [...node.pcr0], "3": [node.pcr3] },
    keyAdminArns: [names.keyAdminRole(number).arn],
    sealerArns: [names.sealingRole(number).arn],
    readerArns: [],
    verifierArns: [...new Set([names.verifierRole(node.account).arn, ...auditors])],
    hostAdminArns: [names.deployRole("infrastructure").arn],
  };
}

/** Secrets Manager's six characters, while they are not known, as a policy's `??????` matches them. */
function concrete(secretArn: string): string {
  return secretArn.replace(/-\?{6}$/, "-NotYet");
}

function rolesOf(model: Model): ListedPrincipal[] {
  return Object.values(model.roles).map(({ arn, trust, identity }) => ({
    arn,
    kind: "role",
    trust: document(trust),
    identity: identity.map((inline) => ({ name: inline.name, document: document(inline.document) })),
  }));
}

const everything = policy({ Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" });

/**
 * The people's own principals. What an administrator's may do is the account owner's matter, so everything is assumed; an auditor's
 * becomes the verifier roles and does nothing else. Who signs in as them is decided within their account.
 */
function peopleOf(model: Model, deployment: Deployment): ListedPrincipal[] {
  const verifiers = accountKeys.map((account) => model.names.verifierRole(account).arn);
  const reading = policy({
    Sid: "BecomeVerifier",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: [...new Set(verifiers)],
  });
  return peopleWithin(deployment).map(({ arn, administers }) => {
    const identity = administers
      ? [{ name: "administrator", document: document(everything) }]
      : [{ name: "auditor", document: document(reading) }];
    return arn.includes(":user/")
      ? { arn, kind: "user", identity }
      : { arn, kind: "role", trust: document(trusts([rootArn(accountOfArn(arn))])), identity };
  });
}

function resourcesOf(model: Model): WorldResource[] {
  const account = (key: keyof Model["accountIds"]) => model.accountIds[key];
  const ec2 = `arn:aws:ec2:${model.region}:${account("infrastructure")}`;
  const host = (node: NodeNumber): WorldResource => ({
    arn: `${ec2}:instance/not-yet-made-node${node}`,
    account: account("infrastructure"),
    kind: "compute",
    service: "ec2",
    roleArn: model.nodes[node].roleArn,
  });
  return [
    ...keysOf(model),
    ...Object.entries(model.secrets).map(
      ([name, secret]): WorldResource => ({
        arn: concrete(secretArns(model)[name] ?? plannedSecretArn(model, secret.account, secret.name)),
        account: account(secret.account),
        kind: "secret",
        policy: document(secret.policy),
      }),
    ),
    ...Object.values(model.buckets).map(
      (bucket): WorldResource => ({
        arn: bucketArn(bucket.name),
        account: account(bucket.account),
        kind: "bucket",
        policy: document(bucket.policy),
      }),
    ),
    ...model.states.map(
      (state): WorldResource => ({
        arn: bucketArn(state.bucket),
        account: account(state.account),
        kind: "bucket",
        policy: null,
      }),
    ),
    ...Object.values(model.repositories).map(
      (repository): WorldResource => ({
        arn: repository.arn,
        account: account(repository.account),
        kind: "repository",
        policy: repository.policy === null ? null : document(repository.policy),
      }),
    ),
    ...Object.values(model.endpoints).map(
      (endpoint): WorldResource => ({
        arn: `${ec2}:vpc-endpoint/not-yet-made-${endpoint.service}`,
        account: account(endpoint.account),
        kind: "vpc-endpoint",
        policy: document(endpoint.policy),
      }),
    ),
    ...nodeNumbers.map(host),
    ...tasksOf(model),
  ];
}

function keysOf(model: Model): WorldResource[] {
  const known = new Map(
    nodeNumbers.flatMap((number) => {
      const { arns, sealingKey, vaultKey, configurationKey } = model.nodes[number];
      return [
        [sealingKey, arns.sealingKey],
        [vaultKey, arns.vaultKey],
        [configurationKey, arns.configurationKey],
      ] as const;
    }),
  );
  const common = { kind: "kms-key", grants: [], multiRegion: false, origin: "AWS_KMS" } as const;
  return [
    ...Object.values(model.keys).map((key): WorldResource => {
      const account = model.accountIds[key.account];
      return {
        ...common,
        grants: [],
        arn: known.get(key.name) ?? notYetMadeKeyArn(model.region, account, key.name),
        account,
        policy: document(key.policy),
      };
    }),
    ...model.states.map((state): WorldResource => {
      const account = model.accountIds[state.account];
      return {
        ...common,
        grants: [],
        arn: stateKeyArn(model, account, state.key),
        account,
        policy: document(defaultKeyPolicy(account)),
      };
    }),
  ];
}

function stateKeyArn(model: Model, account: string, key: string): string {
  if (key.startsWith("arn:")) return key;
  return key.startsWith("alias/")
    ? notYetMadeKeyArn(model.region, account, key.replaceAll("/", "-"))
    : `arn:aws:kms:${model.region}:${account}:key/${key}`;
}

/** What KMS gives a key that is made without a policy (KMS developer guide, "Default key policy"). */
function defaultKeyPolicy(account: string): PolicyDocument {
  return policy({
    Sid: "EnableIAMUserPermissions",
    Effect: "Allow",
    Principal: { AWS: rootArn(account) },
    Action: "kms:*",
    Resource: "*",
  });
}

function secretArns(model: Model): Readonly<Record<string, string>> {
  return Object.assign({}, ...nodeNumbers.map((node) => model.nodes[node].arns.secrets));
}

function plannedSecretArn(model: Model, account: keyof Model["accountIds"], name: string): string {
  return `arn:aws:secretsmanager:${model.region}:${model.accountIds[account]}:secret:${name}-??????`;
}

/** Tasks carry the role of what runs in them; the roles of those that start them are handed to nobody else. */
function tasksOf(model: Model): WorldResource[] {
  const account = model.accountIds.infrastructure;
  return Object.entries(model.roles)
    .filter(([name]) => name.endsWith("-task"))
    .map(([name, role]) => ({
      arn: `arn:aws:ecs:${model.region}:${account}:task/${model.names.prefix}/${name.replace(/-task$/, "")}`,
      account,
      kind: "compute",
      service: "ecs",
      roleArn: role.arn,
    }));
}

/** In a sandbox the administrators may keep their state in one place. */
function eachOnce(resources: readonly WorldResource[]): WorldResource[] {
  return [...new Map(resources.map((resource) => [resource.arn, resource])).values()];
}

/** The same document as JSON has it: lists and objects that nobody else holds. */
function document(of: PolicyDocument): Record<string, unknown> {
  return JSON.parse(JSON.stringify(of)) as Record<string, unknown>;
}
