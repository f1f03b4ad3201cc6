import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc, { type Arbitrary } from "fast-check";
import { parse } from "yaml";
import { example } from "./folder.ts";

export type Data = Record<string, unknown>;

export const names = ["deployment.yaml", "bd-wallet.yaml", "bootstrap.yaml", "customer-secrets.yml"];

function exampleData(name: string): Data {
  return parse(readFileSync(join(example, name), "utf8")) as Data;
}

/** Of one letter up to half of what the longest name leaves to environment and namespace together. */
const label = fc.stringMatching(/^[a-z](-?[a-z0-9]){0,8}$/);
const accountIds = fc.uniqueArray(fc.stringMatching(/^\d{12}$/), { minLength: 6, maxLength: 6 });
const regions = ["us-east-2", "eu-central-1", "ap-southeast-2", "mx-central-1"];
/** Of other partitions, whose ARNs begin differently. */
export const otherRegions: readonly string[] = ["us-gov-west-1", "cn-north-1"];
const people = [
  "Ada Admin",
  "Ben Keyes",
  "Cleo Locke",
  "Nora Null",
  "Olga Audit",
  "Dora Safe",
  "Emil Vault",
  "Zoë Ünal",
  "N. O'Brien-Śmith",
];
const fargate = [
  { cpu: 256, memoryMebibytes: 512 },
  { cpu: 512, memoryMebibytes: 4096 },
  { cpu: 4096, memoryMebibytes: 30720 },
];

/** What each file allows by itself and the four together do not. */
const contradictions = [
  "approvers that do not exist",
  "no rules",
  "an identity provider out of reach",
  "a service without an image",
] as const;

/** What one sound deployment differs in from another, and now and then one contradiction. */
export const choices = fc.record({
  contradiction: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    fc.constantFrom(undefined, ...contradictions),
  ),
  sandbox: fc.boolean(),
  environment: fc.oneof(fc.constantFrom("testnet", "mainnet"), label),
  namespace: label,
  region: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...regions) }, fc.constantFrom(...otherRegions)),
  zones: fc.shuffledSubarray([..."abcdef"], { minLength: 2, maxLength: 4 }),
  network: fc.constantFrom("10.0.0.0/16", "10.255.0.0/16", "172.31.0.0/16", "192.168.0.0/16", undefined),
  database: fc.record({
    instanceClass: fc.constantFrom("db.t4g.micro", "db.m6g.large", "db.r6i.32xlarge"),
    storageGigabytes: fc.integer({ min: 20, max: 65_536 }),
  }),
  node: fc.record({
    instanceType: fc.constantFrom("m6i.xlarge", "c7g.16xlarge", "r5.2xlarge"),
    imageId: fc.constantFrom("ami-0a1b2c3d4e5f60718", "ami-1a2b3c4d"),
    volumeGigabytes: fc.integer({ min: 16, max: 16_384 }),
  }),
  parentZone: fc.domain(),
  ids: accountIds,
  upgrade: fc.boolean(),
  organization: fc.constantFrom("none", "none", "each their own", "one for all"),
  profiles: fc.boolean(),
  people: fc.shuffledSubarray(people, { minLength: 9 }),
  node0Admin: fc.boolean(),
  kind: fc.constantFrom(
    "role/vault-admin",
    "user/vault-admin",
    "role/aws-reserved/sso.amazonaws.com/Admin_1",
  ),
  principals: fc.integer({ min: 1, max: 12 }),
  auditors: fc.integer({ min: 0, max: 3 }),
  pipelines: fc.subarray(["infrastructure", "policyNode1", "policyNode2"]),
  oneOwner: fc.boolean(),
  custodians: fc.integer({ min: 2, max: 4 }),
  accepted: fc.option(fc.constantFrom("person:ada-admin", "owner:bank", "everybody"), { nil: undefined }),
  components: fc.subarray(["orchestrator", "approvalService"]),
  size: fc.constantFrom(...fargate),
  sized: fc.subarray(["wallet", "broker", "orchestrator", "approval-service"]),
  count: fc.integer({ min: 1, max: 20 }),
  exposure: fc.constantFrom("public", "internal"),
  allowedDomains: fc.uniqueArray(fc.domain(), { maxLength: 12 }),
  groups: fc.uniqueArray(label, { minLength: 1, maxLength: 5 }),
  members: fc.integer({ min: 1, max: 5 }),
  required: fc.integer({ min: 1, max: 4 }),
  language: fc.constantFrom("older", "newer", "both"),
  secrets: fc.boolean(),
});

export type Choices = typeof choices extends Arbitrary<infer T> ? T : never;

function deploymentOf(one: Choices): Data {
  const data = exampleData("deployment.yaml") as Data & { accounts: Record<string, Data> };
  const keys = ["infrastructure", "policyNode1", "policyNode2"];
  const idOf = (index: number) => one.ids[one.sandbox ? 0 : index] ?? "";
  const person = (index: number, account: number, count = one.principals) => ({
    name: one.people[index],
    principals: Array.from({ length: count }, (_, at) => `arn:aws:iam::${idOf(account)}:${one.kind}-${at}`),
  });
  const organization = (index: number) =>
    one.organization === "none"
      ? null
      : {
          id: one.organization === "one for all" ? "o-bank1" : `o-bank${index}`,
          managementAccount: one.ids[one.organization === "one for all" ? 3 : 3 + index],
        };
  const accounts = keys.map((key, index) => [
    key,
    {
      ...data.accounts[key],
      id: idOf(index),
      organization: one.sandbox ? null : organization(index),
      ...(one.profiles ? {} : { profile: undefined }),
    },
  ]);
  const admins = [person(0, 0), person(1, 1), person(2, 2)];
  return {
    ...data,
    profile: one.sandbox ? "sandbox" : "production",
    environment: one.environment,
    namespace: one.namespace,
    region: one.region,
    dns: { parentZone: one.parentZone },
    accounts: Object.fromEntries(accounts),
    admins: {
      ...Object.fromEntries(keys.map((key, index) => [key, admins[index]])),
      ...(one.node0Admin ? { policyNode0: person(3, 0) } : {}),
    },
    auditors: Array.from({ length: one.auditors }, () => person(4, 0, 1)),
    custodians: one.people.slice(5, 5 + one.custodians).map((name) => ({ name })),
    ci: one.pipelines.map((account) => ({
      account,
      provider: "token.actions.githubusercontent.com",
      subject: `repo:${one.namespace}/vault:environment:${account}`,
      owner: one.oneOwner ? "bank" : `bank, ${account}`,
    })),
    release: releaseOf(one),
    sizes: {
      zones: one.zones.map((letter) => `${one.region}${letter}`),
      network: one.network,
      database: one.database,
      node: one.node,
      services: Object.fromEntries(one.sized.map((service) => [service, { count: one.count, ...one.size }])),
    },
    exposure: one.exposure,
    allowedDomains: [
      ...one.allowedDomains,
      ...(one.contradiction === "an identity provider out of reach" ? [] : ["okta.example"]),
    ],
    acceptedRisks:
      one.accepted === undefined
        ? []
        : [
            {
              party: one.accepted,
              reason: "agreed",
              approvedBy: one.people.slice(0, one.node0Admin ? 4 : 3),
            },
          ],
  };
}

function releaseOf(one: Choices): Data {
  const { release } = exampleData("deployment.yaml") as {
    release: Data & { images: Data; enclave: Data & { pcr0: string[] } };
  };
  const { wallet: _, ...withoutWallet } = release.images;
  return {
    ...release,
    images: one.contradiction === "a service without an image" ? withoutWallet : release.images,
    enclave: {
      ...release.enclave,
      pcr0: [...release.enclave.pcr0, ...(one.upgrade ? ["5a".repeat(48)] : [])],
    },
  };
}

function walletSpecOf(one: Choices): Data {
  const data = exampleData("bd-wallet.yaml") as Data & {
    deployer: Data;
    mpa: Data & { broker: { broker_clients: Data }; database: { creds: Data } };
  };
  const service = {
    orchestrator: ["orchestrator", "facade"],
    approvalService: ["approval-service", "approver"],
  };
  const added = one.components.map((component) => [component, ...service[component as keyof typeof service]]);
  const secret = (name: string) => ({ name, type: "awsSecret" });
  for (const [index, [component = "", name = "", username]] of added.entries()) {
    data.mpa.broker.broker_clients[component] = {
      client_id: `0000000${index}-0000-4000-8000-000000000000`,
      username,
      password: secret(`${name}.broker-info#PASSWORD`),
    };
    data.mpa.database.creds[component] = {
      hostname: secret(`${name}.db-info#DB_HOST`),
      username: secret(`${name}.db-info#USERNAME`),
      password: secret(`${name}.db-info#DB_PASSWORD`),
    };
  }
  const approval = {
    apple_key_id: "ABCDEFGHIJ",
    apple_team_id: "KLMNOPQRST",
    apple_push_key_string: secret("approval-service.apple-push-key#AUTHKEY"),
    bundle_id: "com.blockdaemon.Advanced-MPC-Approver",
    count: 3,
    environment_id: "customer{{ env `ENVIRON_SUFFIX` }}",
    min_version: "v1.0.4",
    port: 9876,
    timeout: "5s",
  };
  return {
    ...data,
    deployer: { ...data.deployer, namespace: one.namespace },
    environments: [
      {
        name: one.environment,
        account_id: one.ids[0],
        region: one.region,
        testnet: one.environment !== "mainnet",
        hosted_zone: one.parentZone,
        components: ["wallet", "policyNode0", "policyNode1", "policyNode2", ...one.components],
      },
    ],
    mpa: {
      ...data.mpa,
      ...(one.components.includes("approvalService") ? { approval_service: approval } : {}),
    },
  };
}

const languagesOf = { older: ["older"], newer: ["newer"], both: ["older", "newer"] } as const;

function bootstrapOf(one: Choices): Data {
  const group = (index: number) => one.groups[index % one.groups.length];
  const required =
    one.contradiction === "approvers that do not exist" ? 99 : Math.min(one.required, one.members);
  const languages: readonly string[] = one.contradiction === "no rules" ? [] : languagesOf[one.language];
  const rule = (filters: Data) => ({
    ApproverExpression: { Groups: [group(0)], RequiredCount: required },
    ...filters,
  });
  const operation = (name: string, Policies: readonly Data[]) => ({
    [name]: { PolicyOperationType: name, Policies },
  });
  const older = {
    ...operation("transfer", [rule({ DestinationType: "external" }), rule({})]),
    ...operation("update policy set", [rule({ PolicyUpdateOpType: "transfer" })]),
  };
  const newer = ["transaction", "config", "policy"].map((kind, index) => ({
    id: `${kind}-default`,
    kind,
    required,
    group: group(index),
  }));
  return {
    api_version: "v1",
    groups: one.groups.map((name) => ({ name })),
    users: Array.from({ length: one.members * one.groups.length }, (_, index) => ({
      user_id: `user${index}@${one.parentZone}`,
      name: `User ${index}`,
      group: group(index),
    })),
    ...(languages.includes("older") ? { policies: older } : {}),
    ...(languages.includes("newer") ? { restrictions: newer } : {}),
  };
}

export function dataOf(one: Choices): Record<string, Data> {
  return {
    "deployment.yaml": deploymentOf(one),
    "bd-wallet.yaml": walletSpecOf(one),
    "bootstrap.yaml": bootstrapOf(one),
    ...(one.secrets ? { "customer-secrets.yml": exampleData("customer-secrets.yml") } : {}),
  };
}
