import type { Statement } from "../../../isolation/policy.ts";
import type { decide } from "../../../rehearsal/authorise.ts";
import type { Caller, CloudRequest } from "../../../rehearsal/request.ts";
import type { Store, StoredObject } from "../../../rehearsal/store.ts";

export const region = "us-east-2";
export const accountA = "111111111111";
export const accountB = "222222222222";
export const stranger = "444444444444";
export const management = "999999999999";
export const now = new Date("2026-06-01T12:00:00Z");

/** A store in memory, of which the authoriser only reads. */
export function memory(objects: readonly StoredObject[]): Store {
  const unused = () => {
    throw new Error("The authoriser does not write.");
  };
  return {
    folder: "",
    get: (account, type, id) =>
      objects.find((each) => each.account === account && each.type === type && each.id === id),
    byArn: (arn) => objects.find((each) => each.arn === arn),
    list: ({ account, type, idBegins = "" }) =>
      objects.filter(
        (each) =>
          (account ?? each.account) === each.account &&
          (type ?? each.type) === each.type &&
          each.id.startsWith(idBegins),
      ),
    put: unused,
    delete: unused,
    transaction: unused,
    seal: unused,
    open: unused,
    putBlob: unused,
    getBlob: unused,
    close: unused,
  };
}

export function documentOf(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export const allow = (Action: Statement["Action"], rest: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  ...(Action === undefined ? {} : { Action }),
  Resource: "*",
  ...rest,
});
export const deny = (Action: Statement["Action"], rest: Partial<Statement> = {}): Statement => ({
  ...allow(Action, rest),
  Effect: "Deny",
});
export const to = (...AWS: readonly string[]) => ({ Principal: { AWS } });
export const when = (operator: string, key: string, value: string | readonly string[]) => ({
  Condition: { [operator]: { [key]: value } },
});

interface Identity {
  readonly account?: string;
  readonly trust?: readonly Statement[];
  readonly can?: readonly Statement[];
  readonly boundary?: readonly Statement[];
  readonly tags?: Readonly<Record<string, string>>;
}

export const roleArn = (name: string, account = accountA) => `arn:aws:iam::${account}:role/${name}`;
export const userArn = (name: string, account = accountA) => `arn:aws:iam::${account}:user/${name}`;
export const rootArn = (account = accountA) => `arn:aws:iam::${account}:root`;

function principal(kind: "role" | "user", name: string, identity: Identity): StoredObject[] {
  const { account = accountA, trust = [], can, boundary, tags = {} } = identity;
  const type = { role: "aws:iam/role:Role", user: "aws:iam/user:User" }[kind];
  const policyType = { role: "aws:iam/rolePolicy:RolePolicy", user: "aws:iam/userPolicy:UserPolicy" }[kind];
  const arn = `arn:aws:iam::${account}:${kind}/${name}`;
  const boundaryArn = `arn:aws:iam::${account}:policy/${name}-boundary`;
  const assumeRolePolicy = documentOf(...trust);
  const permissionsBoundary = boundary === undefined ? undefined : boundaryArn;
  const own = { name, arn, uniqueId: `AROA${name}`, assumeRolePolicy, permissionsBoundary, tags };
  const objects: StoredObject[] = [{ account, type, id: name, arn, properties: own }];
  if (can !== undefined) {
    const properties = { [kind]: name, name: "rights", policy: documentOf(...can) };
    objects.push({ account, type: policyType, id: `${name}:rights`, arn: null, properties });
  }
  if (boundary !== undefined) {
    const properties = { arn: boundaryArn, policy: documentOf(...boundary) };
    objects.push({ account, type: "aws:iam/policy:Policy", id: boundaryArn, arn: boundaryArn, properties });
  }
  return objects;
}

export const role = (name: string, identity: Identity = {}) => principal("role", name, identity);
export const user = (name: string, identity: Identity = {}) => principal("user", name, identity);

export const keyArn = (account = accountA) => `arn:aws:kms:${region}:${account}:key/k`;
export const secretArn = (account = accountA) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:password-a1B2c3`;

/** The account's key `k`. */
export function key(account: string, ...statements: readonly Statement[]): StoredObject[] {
  const arn = keyArn(account);
  return [
    {
      account,
      type: "aws:kms/key:Key",
      id: "k",
      arn,
      properties: { keyId: "k", arn, policy: documentOf(...statements), tags: { purpose: "seal" } },
    },
  ];
}

export function grant(account: string, granteePrincipal: string, rest: object = {}): StoredObject[] {
  const properties = {
    keyId: keyArn(account),
    grantId: "g1",
    granteePrincipal,
    operations: ["Decrypt"],
    ...rest,
  };
  return [{ account, type: "aws:kms/grant:Grant", id: "g1", arn: null, properties }];
}

export function secret(account: string, ...statements: readonly Statement[]): StoredObject[] {
  const arn = secretArn(account);
  const policy = statements.length === 0 ? "" : documentOf(...statements);
  const type = "aws:secretsmanager/secret:Secret";
  return [
    { account, type, id: arn, arn, properties: { arn, name: "password", policy, tags: { node: "0" } } },
  ];
}

export function bucket(account: string, ...statements: readonly Statement[]): StoredObject[] {
  const arn = "arn:aws:s3:::files";
  const properties = { bucket: "files", policy: documentOf(...statements) };
  return [
    { account, type: "aws:s3/bucket:Bucket", id: "files", arn, properties: { bucket: "files" } },
    { account, type: "aws:s3/bucketPolicy:BucketPolicy", id: "files", arn: null, properties },
  ];
}

export function repository(account: string, ...statements: readonly Statement[]): StoredObject[] {
  const arn = `arn:aws:ecr:${region}:${account}:repository/wallet`;
  const policy = documentOf(...statements.map(({ Resource: _, ...statement }) => statement));
  const properties = { repository: "wallet", policy };
  return [
    { account, type: "aws:ecr/repository:Repository", id: "wallet", arn, properties: {} },
    { account, type: "aws:ecr/repositoryPolicy:RepositoryPolicy", id: "wallet", arn: null, properties },
  ];
}

export function endpoint(...statements: readonly Statement[]): StoredObject[] {
  const properties = { policy: documentOf(...statements) };
  return [
    { account: accountA, type: "aws:ec2/vpcEndpoint:VpcEndpoint", id: "vpce-1", arn: null, properties },
  ];
}

/** An organization of these accounts, with one policy on this target. */
export function organization(
  kind: "scp" | "rcp",
  target: string,
  ...statements: readonly Statement[]
): StoredObject[] {
  const members = [accountA, accountB];
  const policy = documentOf(...statements);
  return [
    {
      account: management,
      type: "organizations:organization",
      id: "o-1",
      arn: null,
      properties: { managementAccount: management, members },
    },
    {
      account: management,
      type: "organizations:policy",
      id: "p-1",
      arn: null,
      properties: { target, kind, policy },
    },
  ];
}

export const session = (name: string, account = accountA, rest: Partial<Caller> = {}): Caller => ({
  account,
  principal: `arn:aws:sts::${account}:assumed-role/${name}/alice`,
  ...rest,
});
export const asUser = (name: string, account = accountA, rest: Partial<Caller> = {}): Caller => ({
  account,
  principal: userArn(name, account),
  ...rest,
});
export const asRoot = (account = accountA): Caller => ({ account, principal: rootArn(account) });
export const asService = (principal: string, account = accountA): Caller => ({ account, principal });

export function request(
  caller: Caller | null,
  action: string,
  resource?: string,
  rest: Partial<CloudRequest> = {},
): CloudRequest {
  const [service = "", name = ""] = action.split(":");
  const [, , , , owner] = resource?.split(":") ?? [];
  const resourceAccount = owner === undefined || owner === "" ? accountA : owner;
  const on = resource === undefined ? {} : { resource, resourceAccount };
  return { caller, service, action: name, region, input: {}, ...on, ...rest };
}

/** One line of the decision table: what is stored, what is asked, and what AWS answers. */
export interface Case {
  readonly name: string;
  readonly stored: readonly StoredObject[];
  readonly asked: CloudRequest;
  /** Absent: allowed. Else a part of the refusal's sentence, or of what the log says decided. */
  readonly refused?: string;
  /** A part of what the log says decided. */
  readonly by?: string;
}

/** How the answer differs from the table's; undefined when it does not. */
export function deviation(
  authorise: typeof decide,
  { stored, asked, refused, by }: Case,
): string | undefined {
  const decision = authorise(memory(stored), asked, now);
  if (decision.allowed !== (refused === undefined))
    return `${decision.allowed ? "allowed" : "refused"}: ${decision.by}`;
  if (!decision.allowed && refused !== undefined && !decision.error.message.includes(refused))
    return `answers: ${decision.error.message}`;
  return by === undefined || decision.by.includes(by) ? undefined : `by: ${decision.by}`;
}
