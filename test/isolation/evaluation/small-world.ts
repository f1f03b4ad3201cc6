import type { AccessQuestion, Verdict3 } from "../../../isolation/evaluation/access.ts";
import type { World } from "../../../isolation/world.ts";

/** Own account, an account of an organization, and one that is not listed. */
export const own = "111111111111";
export const member = "222222222222";
export const management = "999999999999";
export const outside = "333333333333";

export const key = `arn:aws:kms:eu-central-1:${own}:key/11111111-1111-1111-1111-111111111111`;
export const secret = `arn:aws:secretsmanager:eu-central-1:${own}:secret:password-AbCdEf`;
export const bucket = "arn:aws:s3:::own-bucket";
export const repository = `arn:aws:ecr:eu-central-1:${own}:repository/wallet`;
export const memberKey = `arn:aws:kms:eu-central-1:${member}:key/22222222-2222-2222-2222-222222222222`;
export const memberSecret = `arn:aws:secretsmanager:eu-central-1:${member}:secret:password-GhIjKl`;

export const node = `arn:aws:iam::${own}:role/node`;
export const admin = `arn:aws:iam::${own}:role/admin`;
export const target = `arn:aws:iam::${own}:role/target`;
export const bounded = `arn:aws:iam::${own}:role/bounded`;
export const person = `arn:aws:iam::${own}:user/person`;
export const memberRole = `arn:aws:iam::${member}:role/reader`;
export const managementRole = `arn:aws:iam::${management}:role/organizer`;
export const stranger = `arn:aws:iam::${outside}:role/stranger`;
export const root = (account: string) => `arn:aws:iam::${account}:root`;
export const session = (name: string) => `arn:aws:sts::${own}:assumed-role/node/${name}`;

export const pcr = "ab".repeat(48);
export const otherPcr = "cd".repeat(48);

type Loose = Readonly<Record<string, unknown>>;

/** Statements for one place of the small world; what is left out is empty. */
export interface Parts {
  /** Statements; null: no policy is listed. */
  readonly key?: readonly Loose[] | null;
  readonly secret?: readonly Loose[];
  readonly bucket?: readonly Loose[];
  readonly repository?: readonly Loose[];
  readonly memberKey?: readonly Loose[];
  readonly memberSecret?: readonly Loose[];
  readonly trust?: readonly Loose[];
  /** Of any principal, by ARN. */
  readonly identity?: Readonly<Record<string, readonly Loose[]>>;
  readonly boundary?: readonly Loose[];
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly grants?: readonly { readonly granteePrincipal: string; readonly operations: readonly string[] }[];
  readonly organizationPolicies?: readonly {
    readonly target: string;
    readonly kind: "scp" | "rcp";
    readonly statements: readonly Loose[];
  }[];
  readonly version?: string;
  readonly keyFacts?: { readonly multiRegion?: boolean; readonly origin?: string };
}

export function smallWorld(parts: Parts): World {
  const document = (statements: readonly Loose[]) => ({
    Version: parts.version ?? "2012-10-17",
    Statement: [...statements],
  });
  const policy = (statements: readonly Loose[] | undefined) =>
    statements === undefined ? null : document(statements);
  const principal = (arn: string, kind: "role" | "user") => ({
    arn,
    kind,
    ...(kind === "role" ? { trust: document(arn === target ? (parts.trust ?? []) : []) } : {}),
    identity:
      parts.identity?.[arn] === undefined ? [] : [{ name: "own", document: document(parts.identity[arn]) }],
    ...(arn === bounded && parts.boundary !== undefined ? { boundary: document(parts.boundary) } : {}),
    tags: { ...(parts.tags?.[arn] ?? {}) },
  });
  return {
    version: 1,
    profile: "production",
    accounts: [
      { id: own, organization: null },
      { id: member, organization: { id: "o-member", managementAccount: management } },
      { id: management, organization: { id: "o-member", managementAccount: management } },
    ],
    shards: [],
    parties: [],
    principals: [
      ...[node, admin, target, bounded, memberRole, managementRole].map((arn) => principal(arn, "role")),
      principal(person, "user"),
    ],
    resources: [
      {
        arn: key,
        account: own,
        kind: "kms-key",
        policy: parts.key === null ? null : document(parts.key ?? []),
        grants: (parts.grants ?? []).map((one, index) => ({
          id: `g${index}`,
          ...one,
          operations: [...one.operations],
        })),
        ...(parts.keyFacts ?? { multiRegion: false, origin: "AWS_KMS" }),
      },
      { arn: memberKey, account: member, kind: "kms-key", policy: document(parts.memberKey ?? []) },
      { arn: secret, account: own, kind: "secret", policy: policy(parts.secret) },
      { arn: memberSecret, account: member, kind: "secret", policy: policy(parts.memberSecret) },
      { arn: bucket, account: own, kind: "bucket", policy: policy(parts.bucket) },
      { arn: repository, account: own, kind: "repository", policy: policy(parts.repository) },
    ],
    organizationPolicies: (parts.organizationPolicies ?? []).map(({ target: on, kind, statements }) => ({
      target: on,
      kind,
      document: document(statements),
    })),
    acceptedRisks: [],
  };
}

export interface Case {
  readonly name: string;
  readonly world: Parts;
  readonly ask: AccessQuestion;
  readonly expect: Verdict3;
}

export type Options = Partial<Omit<AccessQuestion, "principal" | "action" | "resource">>;

/** A caller by its ARN; listed or not. */
export function by(arn: string): AccessQuestion["principal"] {
  const account = arn.split(":")[4] ?? "";
  if (!arn.startsWith("arn:")) return { arn, account: "", kind: "service" };
  if (arn.endsWith(":root")) return { arn, account, kind: "root" };
  return { arn, account, kind: arn.includes(":user/") ? "user" : "role" };
}

export function ask(arn: string, action: string, resource: string, options: Options = {}): AccessQuestion {
  return { principal: by(arn), action, resource, identity: "as listed", ...options };
}

export const allow = (more: Loose): Loose => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
export const deny = (more: Loose): Loose => ({ Effect: "Deny", Action: "*", Resource: "*", ...more });
export const aws = (...arns: readonly string[]) => ({
  Principal: { AWS: arns.length === 1 ? arns[0] : arns },
});
export const everybody = { Principal: "*" };
export const decrypt = { Action: "kms:Decrypt" };
export const attested = (value: string | readonly string[] = pcr, operator = "StringEqualsIgnoreCase") => ({
  Condition: { [operator]: { "kms:RecipientAttestation:PCR0": value } },
});
export const unlessAttested = attested(pcr, "StringNotEqualsIgnoreCase");
