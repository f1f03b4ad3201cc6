import { z } from "zod";
import { acceptedBy, describe, keysAt } from "../spec/validate.ts";
import { valueAt } from "../spec/yaml-file.ts";

const text = z.string().min(1);
const accountId = z.string().regex(/^\d{12}$/, "an account id has twelve digits");
const arn = z.string().regex(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/, "an ARN has six parts separated by colons");
/** What is not listed does not exist: a list that is left out is empty. */
const arns = z.array(arn).default([]);
const measurements = z.array(
  z.string().regex(/^[0-9a-fA-F]{96}$/, "a measurement has 96 hexadecimal digits"),
);
/** Documents are read by the policy parser: what it cannot understand makes an answer undecided, not the file unreadable. */
const document = z.record(z.string(), z.unknown());

const account = z.strictObject({
  id: accountId,
  /** null: in no organization; left out: unknown. */
  organization: z.strictObject({ id: text, managementAccount: accountId }).nullable().optional(),
});

const shard = z.strictObject({
  node: z.int().min(0),
  account: accountId,
  keyArn: arn,
  vaultKeyArn: arn,
  secretArns: z.array(arn),
  nodeRoleArn: arn,
  pcrs: z.partialRecord(
    z.string().regex(/^([0-9]|[12][0-9]|3[01])$/, "a measurement's number is 0 to 31"),
    measurements,
  ),
  keyAdminArns: arns,
  sealerArns: arns,
  readerArns: arns,
  verifierArns: arns,
  hostAdminArns: arns,
});

const party = z.strictObject({
  id: text,
  principals: arns,
  accounts: z.array(accountId).default([]),
  holds: z.array(z.enum(["ers-key", "backup"])).default([]),
});

const principal = z.strictObject({
  arn,
  kind: z.enum(["role", "user"]),
  trust: document.optional(),
  identity: z.array(z.strictObject({ name: text, document })),
  boundary: document.nullable().optional(),
  /** Left out: unknown; a tag that is not in the list does not exist. */
  tags: z.record(z.string(), z.string()).optional(),
});

const grant = z.strictObject({
  id: text,
  granteePrincipal: text,
  operations: z.array(text),
  constraints: z.record(z.string(), z.unknown()).optional(),
});

const resource = z.strictObject({
  arn,
  account: accountId,
  kind: z.enum(["kms-key", "secret", "bucket", "repository", "vpc-endpoint", "compute"]),
  policy: document.nullable().optional(),
  grants: z.array(grant).optional(),
  multiRegion: z.boolean().optional(),
  origin: text.optional(),
  service: z.enum(["ec2", "ecs", "lambda"]).optional(),
  roleArn: arn.optional(),
});

const organizationPolicy = z.strictObject({
  target: text,
  kind: z.enum(["scp", "rcp"]),
  document,
});

const acceptedRisk = z.strictObject({ party: text, reason: text, approvedBy: z.array(text) });

/** The world file, version 1: everything that the proof may use. An unknown property is a problem, not ignored. */
const worldSchema = z.strictObject({
  version: z.literal(1),
  profile: z.enum(["production", "sandbox"]),
  accounts: z.array(account),
  shards: z.array(shard),
  parties: z.array(party),
  principals: z.array(principal),
  resources: z.array(resource),
  organizationPolicies: z.array(organizationPolicy).default([]),
  acceptedRisks: z.array(acceptedRisk).default([]),
});

export type World = z.infer<typeof worldSchema>;
export type Shard = World["shards"][number];
export type Party = World["parties"][number];
export type ListedPrincipal = World["principals"][number];
export type WorldResource = World["resources"][number];
export type Grant = z.infer<typeof grant>;

/**
 * Reads a world.
 *
 * @returns the world, or one sentence a problem that begins with the place in the file.
 */
export function parseWorld(json: unknown): { world: World } | { problems: string[] } {
  const parsed = worldSchema.safeParse(json);
  if (!parsed.success) {
    return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, json)) };
  }
  const repeated = [
    ...repeats(
      "accounts",
      parsed.data.accounts.map(({ id }) => id),
    ),
    ...repeats(
      "shards",
      parsed.data.shards.map(({ node }) => String(node)),
    ),
    ...repeats(
      "parties",
      parsed.data.parties.map(({ id }) => id),
    ),
    ...repeats(
      "principals",
      parsed.data.principals.map((one) => one.arn),
    ),
    ...repeats(
      "resources",
      parsed.data.resources.map((one) => one.arn),
    ),
  ];
  return repeated.length > 0 ? { problems: repeated } : { world: parsed.data };
}

function problemsOf(issue: z.core.$ZodIssue, json: unknown): string[] {
  const place = issue.path.join(".") || "world";
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(worldSchema, issue.path).join(", ");
    return issue.keys.map((key) => `${place}: unknown key ${JSON.stringify(key)}; accepted: ${known}`);
  }
  if (issue.code === "invalid_key") return [`${place}: this key is not accepted here: ${acceptedBy(issue)}`];
  const found = valueAt(json, issue.path);
  const start = found === undefined ? "is missing" : `found ${describe(found, true)}`;
  return [`${place}: ${start}; accepted: ${acceptedBy(issue)}`];
}

function repeats(place: string, keys: readonly string[]): string[] {
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index ? [] : [`${place}.${index}: ${key} is listed already`],
  );
}
