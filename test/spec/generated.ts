import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc, { type Arbitrary } from "fast-check";
import { parse, stringify } from "yaml";
import { example } from "./folder.ts";

/** The content of an input folder by file name; what is not there is no file. */
export type Folder = Readonly<Record<string, string>>;

type Data = Record<string, unknown>;

const names = ["deployment.yaml", "bd-wallet.yaml", "bootstrap.yaml", "customer-secrets.yml"];

function exampleData(name: string): Data {
  return parse(readFileSync(join(example, name), "utf8")) as Data;
}

const letters = [..."abcdefghijklmnopqrstuvwxyz"];
const label = fc
  .tuple(
    fc.constantFrom(...letters),
    fc.string({ unit: fc.constantFrom(...letters, ..."0123456789"), maxLength: 14 }),
  )
  .map((parts) => parts.join(""));
const accountIds = fc.uniqueArray(fc.stringMatching(/^\d{12}$/), { minLength: 6, maxLength: 6 });
const regions = ["us-east-2", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1"];
const people = [
  "Ada Admin",
  "Ben Keyes",
  "Cleo Locke",
  "Nora Null",
  "Olga Audit",
  "Dora Safe",
  "Emil Vault",
  "Zoë Ünal",
];
const fargate = [
  { cpu: 256, memoryMebibytes: 512 },
  { cpu: 512, memoryMebibytes: 4096 },
  { cpu: 4096, memoryMebibytes: 30720 },
];

/** What one deployment differs in from another and stays right, for all that one file tells; some of them contradict each other. */
const choices = fc.record({
  sandbox: fc.boolean(),
  environment: fc.oneof(fc.constantFrom("testnet", "mainnet"), label),
  namespace: label,
  region: fc.constantFrom(...regions),
  zones: fc.integer({ min: 2, max: 6 }),
  parentZone: fc.domain(),
  ids: accountIds,
  organization: fc.constantFrom("none", "each their own", "one for all"),
  profiles: fc.boolean(),
  people: fc.shuffledSubarray(people, { minLength: 8 }),
  node0Admin: fc.boolean(),
  kind: fc.constantFrom(
    "role/vault-admin",
    "user/vault-admin",
    "role/aws-reserved/sso.amazonaws.com/Admin_1",
  ),
  principals: fc.integer({ min: 1, max: 12 }),
  auditors: fc.integer({ min: 0, max: 3 }),
  pipeline: fc.boolean(),
  accepted: fc.option(fc.constantFrom("person:ada-admin", "owner:bank", "everybody"), { nil: undefined }),
  components: fc.subarray(["orchestrator", "approvalService"]),
  size: fc.constantFrom(...fargate),
  count: fc.integer({ min: 1, max: 20 }),
  exposure: fc.constantFrom("public", "internal"),
  allowedDomains: fc.uniqueArray(fc.domain(), { maxLength: 12 }),
  groups: fc.uniqueArray(label, { minLength: 1, maxLength: 5 }),
  users: fc.integer({ min: 1, max: 12 }),
  required: fc.integer({ min: 1, max: 4 }),
  language: fc.constantFrom("older", "newer", "both", "neither"),
  secrets: fc.boolean(),
});

type Choices = typeof choices extends Arbitrary<infer T> ? T : never;

function deploymentOf(one: Choices): Data {
  const data = exampleData("deployment.yaml") as Data & { accounts: Record<string, Data>; sizes: Data };
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
    custodians: one.people.slice(5, 7).map((name) => ({ name })),
    ci: one.pipeline
      ? [
          {
            account: "infrastructure",
            provider: "token.actions.githubusercontent.com",
            subject: `repo:${one.namespace}/vault:environment:${one.environment}`,
            owner: one.namespace,
          },
        ]
      : [],
    sizes: {
      ...data.sizes,
      zones: letters.slice(0, one.zones).map((letter) => `${one.region}${letter}`),
      services: { wallet: { count: one.count, ...one.size } },
    },
    exposure: one.exposure,
    allowedDomains: one.allowedDomains,
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

function bootstrapOf(one: Choices): Data {
  const group = (index: number) => one.groups[index % one.groups.length];
  const rule = (filters: Data) => ({
    ApproverExpression: { Groups: [group(0)], RequiredCount: one.required },
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
    required: one.required,
    group: group(index),
  }));
  return {
    api_version: "v1",
    groups: one.groups.map((name) => ({ name })),
    users: Array.from({ length: one.users }, (_, index) => ({
      user_id: `user${index}@${one.parentZone}`,
      name: `User ${index}`,
      group: group(index),
    })),
    ...(["older", "both"].includes(one.language) ? { policies: older } : {}),
    ...(["newer", "both"].includes(one.language) ? { restrictions: newer } : {}),
  };
}

function dataOf(one: Choices): Record<string, Data> {
  return {
    "deployment.yaml": deploymentOf(one),
    "bd-wallet.yaml": walletSpecOf(one),
    "bootstrap.yaml": bootstrapOf(one),
    ...(one.secrets ? { "customer-secrets.yml": exampleData("customer-secrets.yml") } : {}),
  };
}

/** Values that are wrong almost anywhere. */
const odd: readonly unknown[] = [
  ...[
    null,
    "",
    " ",
    "x",
    0,
    -1,
    1.5,
    1e21,
    true,
    [],
    {},
    [null],
    [[]],
    "2026-11-22",
    "012345678901",
    12345678901,
  ],
  ...[
    "testnet",
    "policy-node0.db-info",
    "wallet.db-info #DB_HOST",
    "name: x",
    "../..",
    "$(HOME)",
    "*",
    "a".repeat(300),
  ],
  ...[
    "ünïcode",
    "🔑",
    "\u202e",
    "a\nb",
    "__proto__",
    "constructor",
    "arn:aws:iam::111111111111:root",
    "111111111111",
  ],
];

/** A change of one place, which numbers choose: as many of them as the place is deep. */
interface Break {
  readonly file: string;
  readonly steps: readonly number[];
  readonly kind: "remove" | "rename" | "replace" | "repeat" | "move";
  readonly value: unknown;
}

const breaks: Arbitrary<Break> = fc.record({
  file: fc.constantFrom(...names),
  steps: fc.array(fc.nat(1000), { minLength: 1, maxLength: 7 }),
  kind: fc.constantFrom("remove", "rename", "replace", "repeat", "move"),
  value: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...odd) }, fc.jsonValue({ maxDepth: 2 })),
});

/** The holder of a place, and the key under which it is held. */
function placeIn(
  data: object,
  [first = 0, ...rest]: readonly number[],
): readonly [object, string] | undefined {
  const keys = Object.keys(data);
  const key = keys[first % keys.length];
  if (key === undefined) return undefined;
  const inner: unknown = Reflect.get(data, key);
  const deeper =
    rest.length > 0 && typeof inner === "object" && inner !== null ? placeIn(inner, rest) : undefined;
  return deeper ?? [data, key];
}

function broken(data: Record<string, Data>, { file, steps, kind, value }: Break): void {
  const found = data[file] && placeIn(data[file], steps);
  if (found === undefined) return;
  const [holder, key] = found;
  const old: unknown = Reflect.get(holder, key);
  if (Array.isArray(holder)) {
    if (kind === "remove" || kind === "rename") holder.splice(Number(key), 1);
    else if (kind === "repeat") holder.push(old);
    else if (kind === "move") holder.reverse();
    else holder[Number(key)] = value;
    return;
  }
  if (kind === "remove" || kind === "rename" || kind === "move") Reflect.deleteProperty(holder, key);
  if (kind === "rename") Reflect.set(holder, `${key.slice(0, -1)}`, old);
  if (kind === "move") Reflect.set(data[file] ?? {}, key, old);
  if (kind === "repeat") Reflect.set(holder, `${key}2`, old);
  if (kind === "replace") Reflect.set(holder, key, value);
}

/** What a hand does to a text. */
interface Slip {
  readonly file: string;
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const slips: Arbitrary<Slip> = fc.record({
  file: fc.constantFrom(...names),
  at: fc.nat(20_000),
  remove: fc.nat(3),
  insert: fc.constantFrom(
    "",
    "\t",
    ": ",
    "\n",
    "'",
    '"',
    "[",
    "{",
    "*",
    "&",
    "!",
    "- ",
    "%",
    "#",
    " #",
    "<<: ",
    "\r\n",
  ),
});

/** Input folders: sound ones, ones whose files contradict each other, and broken ones. */
export const folders: Arbitrary<Folder> = fc
  .record({
    choices,
    breaks: fc.oneof(fc.constant<Break[]>([]), fc.array(breaks, { maxLength: 3 })),
    slips: fc.oneof({ weight: 5, arbitrary: fc.constant<Slip[]>([]) }, fc.array(slips, { maxLength: 2 })),
  })
  .map(({ choices: chosen, breaks: some, slips: typed }) => {
    const data = structuredClone(dataOf(chosen));
    for (const one of some) broken(data, one);
    const texts = Object.entries(data).map(([name, content]): [string, string] => [
      name,
      typed
        .filter(({ file }) => file === name)
        .reduce(
          (text, { at, remove, insert }) =>
            text.slice(0, at % text.length) + insert + text.slice((at % text.length) + remove),
          stringify(content),
        ),
    ]);
    return Object.fromEntries(texts);
  });
