import {
  admin,
  allow,
  ask,
  aws,
  bounded,
  bucket,
  type Case,
  decrypt,
  deny,
  everybody,
  key,
  member,
  memberRole,
  memberSecret,
  node,
  outside,
  own,
  person,
  repository,
  root,
  secret,
  session,
  stranger,
  target,
} from "../small-world.ts";

const read = { Action: "secretsmanager:GetSecretValue" };
const get = "secretsmanager:GetSecretValue";
const assume = { Action: "sts:AssumeRole", Resource: undefined };
const trusts = (more: object) => ({ Effect: "Allow", Action: "sts:AssumeRole", ...more });
const mayAssume = (arn: string) => ({ [arn]: [allow({ ...assume, Resource: "*" })] });
const service = (name: string) => ({ Principal: { Service: name } });

const provider = `arn:aws:iam::${own}:oidc-provider/token.example.com`;
const trustsProvider = {
  Effect: "Allow",
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: provider },
  Condition: { StringEquals: { "token.example.com:sub": "repo:a" } },
};
const byProvider: Case["ask"] = {
  principal: { kind: "federated", arn: provider, account: own },
  action: "sts:AssumeRoleWithWebIdentity",
  resource: target,
  identity: "as listed",
};

export const vaults: readonly Case[] = [
  {
    name: "an identity policy alone reads an own secret",
    world: { identity: { [admin]: [allow(read)] } },
    ask: ask(admin, get, secret),
    expect: "allowed",
  },
  {
    name: "a resource policy alone reads an own secret",
    world: { secret: [allow({ ...read, ...aws(admin) })] },
    ask: ask(admin, get, secret),
    expect: "allowed",
  },
  { name: "nothing reads nothing", world: {}, ask: ask(admin, get, secret), expect: "refused" },
  {
    name: "a policy that allows the node does not keep an admin out",
    world: { secret: [allow({ ...read, ...aws(node) })], identity: { [admin]: [allow(read)] } },
    ask: ask(admin, get, secret),
    expect: "allowed",
  },
  {
    name: "a resource policy's Deny beats an identity policy",
    world: { secret: [deny({ ...read, ...aws(admin) })], identity: { [admin]: [allow(read)] } },
    ask: ask(admin, get, secret),
    expect: "refused",
  },
  {
    name: "an identity policy's Deny beats a resource policy",
    world: { secret: [allow({ ...read, ...aws(admin) })], identity: { [admin]: [deny(read)] } },
    ask: ask(admin, get, secret),
    expect: "refused",
  },
  {
    name: "a Deny to the account is a Deny to everybody in it",
    world: { secret: [deny({ ...read, ...aws(root(own)) })], identity: { [admin]: [allow(read)] } },
    ask: ask(admin, get, secret),
    expect: "refused",
  },
  {
    name: "across accounts both sides",
    world: { memberSecret: [allow({ ...read, ...aws(node) })], identity: { [node]: [allow(read)] } },
    ask: ask(node, get, memberSecret),
    expect: "allowed",
  },
  {
    name: "across accounts the resource's side alone",
    world: { memberSecret: [allow({ ...read, ...aws(node) })] },
    ask: ask(node, get, memberSecret),
    expect: "refused",
  },
  {
    name: "across accounts the caller's side alone",
    world: { identity: { [node]: [allow(read)] } },
    ask: ask(node, get, memberSecret),
    expect: "refused",
  },
  {
    name: "across accounts the resource names the account",
    world: { memberSecret: [allow({ ...read, ...aws(root(own)) })], identity: { [node]: [allow(read)] } },
    ask: ask(node, get, memberSecret),
    expect: "allowed",
  },
  {
    name: "across accounts the resource names the account, and no identity policy agrees",
    world: { memberSecret: [allow({ ...read, ...aws(root(own)) })] },
    ask: ask(node, get, memberSecret),
    expect: "refused",
  },
  {
    name: "across accounts the resource names another account",
    world: { memberSecret: [allow({ ...read, ...aws(outside) })], identity: { [node]: [allow(read)] } },
    ask: ask(node, get, memberSecret),
    expect: "refused",
  },
  {
    name: "the root user reads what has no policy",
    world: {},
    ask: ask(root(own), get, secret),
    expect: "allowed",
  },
  {
    name: "the root user under a Deny",
    world: { secret: [deny({ ...read, ...everybody })] },
    ask: ask(root(own), get, secret),
    expect: "refused",
  },
  {
    name: "another account's root and a secret without a policy",
    world: {},
    ask: ask(root(member), get, secret),
    expect: "refused",
  },
  {
    name: "an object follows its bucket's policy",
    world: { bucket: [allow({ Action: "s3:GetObject", Resource: `${bucket}/*`, ...aws(admin) })] },
    ask: ask(admin, "s3:GetObject", `${bucket}/image.eif`),
    expect: "allowed",
  },
  {
    name: "an object under another prefix",
    world: { bucket: [allow({ Action: "s3:GetObject", Resource: `${bucket}/public/*`, ...aws(admin) })] },
    ask: ask(admin, "s3:GetObject", `${bucket}/image.eif`),
    expect: "refused",
  },
  {
    name: "a bucket across accounts wants both sides",
    world: {
      bucket: [allow({ Action: "s3:GetObject", ...aws(memberRole) })],
      identity: { [memberRole]: [allow({ Action: "s3:GetObject" })] },
    },
    ask: ask(memberRole, "s3:GetObject", `${bucket}/x`),
    expect: "allowed",
  },
  {
    name: "a repository opens by its policy",
    world: { repository: [allow({ Action: "ecr:BatchGetImage", ...aws(node) })] },
    ask: ask(node, "ecr:BatchGetImage", repository),
    expect: "allowed",
  },
  {
    name: "a secret that is not listed",
    world: { identity: { [admin]: [allow({})] } },
    ask: ask(admin, get, `${secret}x`),
    expect: "undecided",
  },
  {
    name: "a service without resource policies knows no other account",
    world: { identity: { [memberRole]: [allow({})] } },
    ask: ask(memberRole, "iam:PutRolePolicy", target),
    expect: "refused",
  },
  {
    name: "a service without resource policies asks the identity policy",
    world: { identity: { [admin]: [allow({ Action: "iam:PutRolePolicy", Resource: target })] } },
    ask: ask(admin, "iam:PutRolePolicy", target),
    expect: "allowed",
  },
  {
    name: "another role than the identity policy names",
    world: { identity: { [admin]: [allow({ Action: "iam:PutRolePolicy", Resource: target })] } },
    ask: ask(admin, "iam:PutRolePolicy", node),
    expect: "refused",
  },
];

export const trust: readonly Case[] = [
  {
    name: "an own role that the trust names needs no identity policy",
    world: { trust: [trusts(aws(admin))] },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "the trust names another role",
    world: { trust: [trusts(aws(node))], identity: mayAssume(admin) },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "an admin with everything that nobody trusts",
    world: { identity: { [admin]: [allow({})] } },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "the trust names the account, an identity policy agrees",
    world: { trust: [trusts(aws(root(own)))], identity: mayAssume(admin) },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "the trust names the account, no identity policy agrees",
    world: { trust: [trusts(aws(own))] },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "across accounts both sides",
    world: { trust: [trusts(aws(memberRole))], identity: mayAssume(memberRole) },
    ask: ask(memberRole, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "across accounts the trust alone",
    world: { trust: [trusts(aws(memberRole))] },
    ask: ask(memberRole, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "across accounts the caller alone",
    world: { identity: mayAssume(memberRole) },
    ask: ask(memberRole, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "a stranger's account that the trust names",
    world: { trust: [trusts(aws(root(outside)))] },
    ask: ask(stranger, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "everybody whom the trust names",
    world: { trust: [trusts(everybody)] },
    ask: ask(stranger, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "an external id is the caller's to choose",
    world: {
      trust: [trusts({ ...aws(root(outside)), Condition: { StringEquals: { "sts:ExternalId": "agreed" } } })],
    },
    ask: ask(stranger, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "another external id",
    world: {
      trust: [trusts({ ...aws(root(outside)), Condition: { StringEquals: { "sts:ExternalId": "agreed" } } })],
    },
    ask: ask(stranger, "sts:AssumeRole", target, { closed: true, context: { "sts:ExternalId": "guessed" } }),
    expect: "refused",
  },
  {
    name: "a service that the trust names",
    world: { trust: [trusts(service("ec2.amazonaws.com"))] },
    ask: ask("ec2.amazonaws.com", "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "another service",
    world: { trust: [trusts(service("ec2.amazonaws.com"))] },
    ask: ask("ecs-tasks.amazonaws.com", "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "a service's name opens nothing to a role",
    world: { trust: [trusts(service("ec2.amazonaws.com"))], identity: { [admin]: [allow({})] } },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "a trusted session of a role",
    world: { trust: [trusts(aws(session("deploy")))] },
    ask: ask(node, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "another session of that role",
    world: { trust: [trusts(aws(session("deploy")))] },
    ask: ask(session("other"), "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "a trusted role stands for its sessions",
    world: { trust: [trusts(aws(node))] },
    ask: ask(session("any"), "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "a trust's Deny",
    world: { trust: [trusts(aws(admin)), { ...trusts(aws(admin)), Effect: "Deny" }] },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "an identity policy's Deny beats the trust",
    world: { trust: [trusts(aws(admin))], identity: { [admin]: [deny({ Action: "sts:*" })] } },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "multi-factor is the caller's to have",
    world: {
      trust: [trusts({ ...aws(admin), Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
    },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "allowed",
  },
  {
    name: "a role that is not listed may trust anybody",
    world: { identity: { [admin]: [allow({})] } },
    ask: ask(admin, "sts:AssumeRole", `arn:aws:iam::${own}:role/hidden`),
    expect: "undecided",
  },
  {
    name: "the id of a deleted principal names nobody",
    world: { trust: [trusts(aws("AROAEXAMPLEEXAMPLE123"))] },
    ask: ask(admin, "sts:AssumeRole", target),
    expect: "refused",
  },
  {
    name: "a federated provider that the trust names",
    world: { trust: [trustsProvider] },
    ask: byProvider,
    expect: "allowed",
  },
  {
    name: "another subject of that provider",
    world: { trust: [trustsProvider] },
    ask: {
      ...byProvider,
      closed: true,
      context: { "token.example.com:sub": "repo:b" },
    },
    expect: "refused",
  },
];

const keyForBounded = (principal: string) => [allow({ ...decrypt, ...aws(principal) })];
const onlyS3 = [allow({ Action: "s3:*" })];
const sessionOfBounded = `arn:aws:sts::${own}:assumed-role/bounded/x`;

export const boundaries: readonly Case[] = [
  {
    name: "a boundary that says nothing limits an identity policy",
    world: { boundary: onlyS3, identity: { [bounded]: [allow(read)] } },
    ask: ask(bounded, get, secret),
    expect: "refused",
  },
  {
    name: "a boundary that allows it too",
    world: { boundary: [allow(read)], identity: { [bounded]: [allow(read)] } },
    ask: ask(bounded, get, secret),
    expect: "allowed",
  },
  {
    name: "a boundary allows nothing by itself",
    world: { boundary: [allow(read)] },
    ask: ask(bounded, get, secret),
    expect: "refused",
  },
  {
    name: "a boundary's Deny",
    world: { boundary: [allow({}), deny(read)], identity: { [bounded]: [allow(read)] } },
    ask: ask(bounded, get, secret),
    expect: "refused",
  },
  {
    name: "a boundary limits what a resource's policy allows to the role",
    world: { boundary: onlyS3, key: keyForBounded(bounded) },
    ask: ask(bounded, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "a boundary does not limit what is allowed to a session by its name",
    world: { boundary: onlyS3, key: keyForBounded(sessionOfBounded) },
    ask: ask(bounded, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a boundary's Deny reaches a session by its name too",
    world: { boundary: [deny(decrypt)], key: keyForBounded(sessionOfBounded) },
    ask: ask(bounded, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "a boundary limits what the account passes on",
    world: {
      boundary: onlyS3,
      key: [allow({ ...decrypt, ...aws(own) })],
      identity: { [bounded]: [allow({})] },
    },
    ask: ask(bounded, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "whether a boundary limits what is allowed to everybody is not told",
    world: { boundary: onlyS3, key: [allow({ ...decrypt, ...everybody })] },
    ask: ask(bounded, "kms:Decrypt", key),
    expect: "undecided",
  },
  {
    name: "whoever counts with everything has no boundary",
    world: { boundary: onlyS3, key: keyForBounded(bounded) },
    ask: ask(bounded, "kms:Decrypt", key, { identity: "everything" }),
    expect: "allowed",
  },
  {
    name: "a boundary limits the assuming of a role that trusts by name",
    world: { boundary: onlyS3, trust: [trusts(aws(bounded))] },
    ask: ask(bounded, "sts:AssumeRole", target),
    expect: "refused",
  },
];

const sparing = (...arns: readonly string[]) => deny({ ...read, NotPrincipal: { AWS: arns } });
const reader = { identity: { [admin]: [allow(read)], [node]: [allow(read)], [person]: [allow(read)] } };

export const notPrincipal: readonly Case[] = [
  {
    name: "NotPrincipal denies whom it does not list",
    world: { ...reader, secret: [sparing(node, root(own).replace(own, member))] },
    ask: ask(admin, get, secret),
    expect: "refused",
  },
  {
    name: "NotPrincipal that lists account, role and session spares",
    world: { ...reader, secret: [sparing(root(own), node, session("x"))] },
    ask: ask(session("x"), get, secret),
    expect: "allowed",
  },
  {
    name: "NotPrincipal that lists the role alone is uncertain",
    world: { ...reader, secret: [sparing(node)] },
    ask: ask(session("x"), get, secret),
    expect: "undecided",
  },
  {
    name: "NotPrincipal that lists the account alone is uncertain",
    world: { ...reader, secret: [sparing(root(own))] },
    ask: ask(admin, get, secret),
    expect: "undecided",
  },
  {
    name: "NotPrincipal that lists a user and its account spares",
    world: { ...reader, secret: [sparing(root(own), person)] },
    ask: ask(person, get, secret),
    expect: "allowed",
  },
  {
    name: "NotPrincipal spares the root that it lists",
    world: { secret: [sparing(root(own))] },
    ask: ask(root(own), get, secret),
    expect: "allowed",
  },
  {
    name: "Allow with NotPrincipal opens to whom it does not list",
    world: { secret: [allow({ ...read, NotPrincipal: { AWS: node } })] },
    ask: ask(stranger, get, secret),
    expect: "allowed",
  },
  {
    name: "Allow with NotPrincipal does not open to whom it lists",
    world: { secret: [allow({ ...read, NotPrincipal: { AWS: node } })] },
    ask: ask(node, get, secret),
    expect: "refused",
  },
  {
    name: "a wildcard inside a principal's ARN is uncertain",
    world: { secret: [allow({ ...read, ...aws(`arn:aws:iam::${own}:role/ad*`) })] },
    ask: ask(admin, get, secret),
    expect: "undecided",
  },
  {
    name: "a wildcard inside a principal's ARN that cannot mean the caller",
    world: { secret: [allow({ ...read, ...aws(`arn:aws:iam::${own}:role/x*`) })] },
    ask: ask(admin, get, secret),
    expect: "refused",
  },
];
