import {
  admin,
  allow,
  ask,
  aws,
  type Case,
  decrypt,
  deny,
  everybody,
  key,
  management,
  managementRole,
  member,
  memberKey,
  memberRole,
  node,
  type Options,
  outside,
  own,
  type Parts,
  person,
  root,
  secret,
  stranger,
  target,
} from "../small-world.ts";

const get = "secretsmanager:GetSecretValue";
const source = "aws:UserAgent";

/** May the admin decrypt under this condition of an Allow? */
function under(
  name: string,
  Condition: object,
  options: Options,
  expect: Case["expect"],
  more: Parts = {},
): Case {
  return {
    name,
    world: { key: [allow({ ...decrypt, ...aws(admin), Condition })], ...more },
    ask: ask(admin, "kms:Decrypt", key, options),
    expect,
  };
}

/** May this caller decrypt under a key with these statements? */
const decrypting = (name: string, who: string, statements: Parts["key"], expect: Case["expect"]): Case => ({
  name,
  world: { key: statements },
  ask: ask(who, "kms:Decrypt", key),
  expect,
});
const given = (value: string | readonly string[] | null, name = source): Options => ({
  closed: true,
  context: { [name]: value },
});
const is = (operator: string, value: unknown, name = source) => ({ [operator]: { [name]: value } });

/** Rows about one condition key: the operator, what the policy asks for, and what the request carries (null: nothing; undefined: its choice). */
const about =
  (conditionKey: string) =>
  (
    name: string,
    operator: string,
    asked: unknown,
    carried: string | readonly string[] | null | undefined,
    expect: Case["expect"],
  ) =>
    under(
      name,
      is(operator, asked, conditionKey),
      carried === undefined ? {} : given(carried, conditionKey),
      expect,
    );
const age = about("aws:MultiFactorAuthAge");
const time = about("aws:CurrentTime");
const address = about("aws:SourceIp");
const secure = about("aws:SecureTransport");
const tagNames = about("aws:TagKeys");

const absent = given(null);
const operatorsOnAbsent: readonly (readonly [string, Case["expect"]])[] = [
  ["StringEquals", "refused"],
  ["StringNotEquals", "allowed"],
  ["StringEqualsIgnoreCase", "refused"],
  ["StringNotEqualsIgnoreCase", "allowed"],
  ["StringLike", "refused"],
  ["StringNotLike", "allowed"],
  ["StringEqualsIfExists", "allowed"],
  ["StringNotEqualsIfExists", "allowed"],
  ["ForAllValues:StringEquals", "allowed"],
  ["ForAllValues:StringNotEquals", "allowed"],
  ["ForAnyValue:StringEquals", "refused"],
  ["ForAnyValue:StringNotEquals", "refused"],
  ["ForAnyValue:StringEqualsIfExists", "allowed"],
  ["BinaryEquals", "refused"],
];

export const operators: readonly Case[] = [
  ...operatorsOnAbsent.map(([operator, expect]) =>
    under(`${operator} of an absent key`, is(operator, "x"), absent, expect),
  ),
  under(
    "NumericLessThan of an absent key",
    is("NumericLessThan", "5", "aws:MultiFactorAuthAge"),
    absent,
    "refused",
  ),
  under(
    "NumericNotEquals of an absent key",
    is("NumericNotEquals", "5", "aws:MultiFactorAuthAge"),
    absent,
    "allowed",
  ),
  age("NumericLessThan below", "NumericLessThan", "300", "299", "allowed"),
  age("NumericLessThan at", "NumericLessThan", 300, "300", "refused"),
  age("NumericLessThanEquals at", "NumericLessThanEquals", "300", "300", "allowed"),
  age("NumericGreaterThan at", "NumericGreaterThan", "300", "300", "refused"),
  age("NumericGreaterThanEquals at", "NumericGreaterThanEquals", "300", "300", "allowed"),
  under(
    "numbers with an empty space between them",
    {
      NumericGreaterThan: { "aws:MultiFactorAuthAge": "10" },
      NumericLessThan: { "aws:MultiFactorAuthAge": "5" },
    },
    {},
    "refused",
  ),
  under(
    "numbers with room between them",
    {
      NumericGreaterThan: { "aws:MultiFactorAuthAge": "5" },
      NumericLessThan: { "aws:MultiFactorAuthAge": "6" },
    },
    {},
    "allowed",
  ),
  time("DateLessThan before", "DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "allowed"),
  time("DateLessThan after", "DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "refused"),
  time("time is the caller's to choose", "DateLessThan", "2001-01-01T00:00:00Z", undefined, "allowed"),
  under(
    "no time is before and after",
    {
      DateLessThan: { "aws:CurrentTime": "2025-01-01T00:00:00Z" },
      DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
    },
    {},
    "refused",
  ),
  address("an address within the range", "IpAddress", "10.0.0.0/8", "10.255.0.1", "allowed"),
  address("an address outside the range", "IpAddress", "10.0.0.0/8", "11.0.0.0", "refused"),
  address("an address within an IPv6 range", "IpAddress", "2001:db8::/32", "2001:db8:1::5", "allowed"),
  address("NotIpAddress of an absent address", "NotIpAddress", "10.0.0.0/8", null, "allowed"),
  under(
    "an address in one range and not in the wider one",
    { IpAddress: { "aws:SourceIp": "10.1.0.0/16" }, NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    {},
    "refused",
  ),
  under(
    "an address in the wider range and not in the narrow one",
    { IpAddress: { "aws:SourceIp": "10.0.0.0/8" }, NotIpAddress: { "aws:SourceIp": "10.1.0.0/16" } },
    {},
    "allowed",
  ),
  under("Null true of an absent key", is("Null", "true"), absent, "allowed"),
  under("Null true of a present key", is("Null", "true"), given("x"), "refused"),
  under("Null false of a present key", is("Null", false), given("x"), "allowed"),
  secure("Bool is compared without its case", "Bool", "True", "true", "allowed"),
  secure("a boolean value instead of a text", "Bool", true, "false", "refused"),
  under(
    "a boolean is one of the two",
    { Bool: { "aws:SecureTransport": "true" }, BoolIfExists: { "aws:SecureTransport": "false" } },
    {},
    "refused",
  ),
  under("StringEquals minds the case", is("StringEquals", "Agent"), given("agent"), "refused"),
  under("StringEqualsIgnoreCase does not", is("StringEqualsIgnoreCase", "Agent"), given("aGENT"), "allowed"),
  under("StringEquals knows no wildcard", is("StringEquals", "a*"), given("abc"), "refused"),
  under("StringLike with a star", is("StringLike", "a*c"), given("abbc"), "allowed"),
  under("StringLike with a question mark", is("StringLike", "a?c"), given("abbc"), "refused"),
  under("StringLike minds the case", is("StringLike", "A*"), given("abc"), "refused"),
  under("StringNotLike", is("StringNotLike", "a*"), given("abc"), "refused"),
  under("several values: one is enough", is("StringEquals", ["a", "b"]), given("b"), "allowed"),
  under(
    "several values of a negated operator: none may be it",
    is("StringNotEquals", ["a", "b"]),
    given("b"),
    "refused",
  ),
  under(
    "several keys: all",
    { StringEquals: { [source]: "a", "aws:Referer": "b" } },
    { closed: true, context: { [source]: "a" } },
    "refused",
  ),
  under(
    "several operators: all",
    { StringEquals: { [source]: "ab" }, StringLike: { [source]: "b*" } },
    {},
    "refused",
  ),
  under("the name of a key has no case", is("StringEquals", "x", "AWS:useragent"), given("x"), "allowed"),
  tagNames(
    "ForAllValues: every value of the request",
    "ForAllValues:StringEquals",
    ["a", "b"],
    ["a", "c"],
    "refused",
  ),
  tagNames("ForAllValues: all are listed", "ForAllValues:StringEquals", ["a", "b"], ["a", "b"], "allowed"),
  tagNames("ForAnyValue: one is listed", "ForAnyValue:StringEquals", ["a"], ["c", "a"], "allowed"),
  tagNames(
    "ForAnyValue negated: one is not listed",
    "ForAnyValue:StringNotEquals",
    ["a"],
    ["c", "a"],
    "allowed",
  ),
  tagNames(
    "ForAllValues negated: one is listed",
    "ForAllValues:StringNotEquals",
    ["a"],
    ["c", "a"],
    "refused",
  ),
  under(
    "sets: any of these and all of those",
    {
      "ForAnyValue:StringEquals": { "aws:TagKeys": "a" },
      "ForAllValues:StringEquals": { "aws:TagKeys": "b" },
    },
    {},
    "refused",
  ),
  under(
    "sets: two at once",
    { "ForAnyValue:StringEquals": { "aws:TagKeys": "a" }, "ForAnyValue:StringLike": { "aws:TagKeys": "b*" } },
    {},
    "allowed",
  ),
  under(
    "ArnEquals takes wildcards",
    is("ArnEquals", `arn:aws:iam::${own}:role/adm*`, "aws:PrincipalArn"),
    {},
    "allowed",
  ),
  under(
    "an ARN's pattern with too few parts",
    is("ArnLike", "arn:aws:iam:*:role/admin", "aws:PrincipalArn"),
    {},
    "undecided",
  ),
  under(
    "ArnLike: a star stays in its part",
    is("ArnLike", `arn:aws:lambda:*:${own}:function:f`, "lambda:SourceFunctionArn"),
    given(`arn:aws:lambda:eu-central-1:${outside}:function:${own}:function:f`, "lambda:SourceFunctionArn"),
    "refused",
  ),
  under("ArnLike: a part each", is("ArnLike", "arn:aws:*::*:role/admin", "aws:PrincipalArn"), {}, "allowed"),
  under(
    "ArnLike: another account",
    is("ArnLike", `arn:aws:iam::${outside}:role/*`, "aws:PrincipalArn"),
    {},
    "refused",
  ),
  under("ArnNotLike", is("ArnNotLike", `arn:aws:iam::${own}:*`, "aws:PrincipalArn"), {}, "refused"),
  under("a misspelled operator", is("StringNotEqual", "x"), {}, "undecided"),
  under("an operator in small letters", is("stringequals", "x"), {}, "undecided"),
  under(
    "a condition key that nobody knows",
    is("StringEquals", "x", "kms:RecipientAttestation:PCR00"),
    {},
    "undecided",
  ),
  under(
    "a measurement that does not exist",
    is("StringEquals", "x", "kms:RecipientAttestation:PCR32"),
    {},
    "undecided",
  ),
  under(
    "a global key that nobody knows",
    is("StringEquals", "x", "aws:PrincipalOrganization"),
    {},
    "undecided",
  ),
  under("a key of another service is absent", is("StringNotEquals", "x", "s3:prefix"), {}, "allowed"),
  under(
    "an unknown operator beside a condition that fails",
    { ...is("StringNotEqual", "x"), ...is("StringEquals", own, "aws:PrincipalOrgID") },
    {},
    "refused",
  ),
  under("an unknown operator beside another Allow", is("StringNotEqual", "x"), {}, "allowed", {
    grants: [{ granteePrincipal: admin, operations: ["Decrypt"] }],
  }),
];

const ownFolder: Parts = {
  identity: {
    [person]: [allow({ Action: "s3:GetObject", Resource: `arn:aws:s3:::own-bucket/\${aws:username}/*` })],
  },
};
const mayDecrypt = { [admin]: [allow(decrypt)] };
const opened: Parts = { key: [allow({ ...decrypt, ...aws(admin) })] };

export const context: readonly Case[] = [
  decrypting(
    "one value cannot pass an Allow and a Deny that contradict",
    admin,
    [
      allow({ ...decrypt, ...aws(admin), Condition: is("StringEquals", "a") }),
      deny({ ...decrypt, ...everybody, Condition: is("StringNotEquals", "b") }),
    ],
    "refused",
  ),
  decrypting(
    "one value can pass an Allow and a Deny that agree",
    admin,
    [
      allow({ ...decrypt, ...aws(admin), Condition: is("StringLike", "a*") }),
      deny({ ...decrypt, ...everybody, Condition: is("StringNotLike", "*b") }),
    ],
    "allowed",
  ),
  {
    name: "two allows of two documents share one context",
    world: {
      memberKey: [allow({ ...decrypt, ...aws(admin), Condition: is("StringEquals", "a") })],
      identity: { [admin]: [allow({ ...decrypt, Condition: is("StringEquals", "b") })] },
    },
    ask: ask(admin, "kms:Decrypt", memberKey),
    expect: "refused",
  },
  decrypting(
    "a Deny on each of the allowed values",
    admin,
    [
      allow({ ...decrypt, ...aws(admin), Condition: is("StringEquals", ["a", "b"]) }),
      deny({ ...decrypt, ...everybody, Condition: is("StringEquals", ["a", "b"]) }),
    ],
    "refused",
  ),
  under(
    "contradicting measurements",
    {
      StringEquals: is("x", "a", "kms:RecipientAttestation:PCR0").x,
      StringEqualsIgnoreCase: is("x", "b", "kms:RecipientAttestation:PCR0").x,
    },
    {},
    "refused",
  ),
  under(
    "an encryption context's entry and the list of its names",
    {
      StringEquals: { "kms:EncryptionContext:node": "1" },
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": "deployment" },
    },
    {},
    "refused",
  ),
  under(
    "an encryption context whose names agree",
    {
      StringEquals: { "kms:EncryptionContext:node": "1" },
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["deployment", "node"] },
    },
    {},
    "allowed",
  ),
  {
    name: "no encryption context in a change of the policy",
    world: {
      key: [
        allow({
          Action: "kms:*",
          ...aws(admin),
          Condition: { StringEquals: { "kms:EncryptionContext:node": "1" } },
        }),
      ],
    },
    ask: ask(admin, "kms:PutKeyPolicy", key),
    expect: "refused",
  },
  under(
    "via a service is the caller's to choose",
    { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
    {},
    "allowed",
  ),
  under("the caller's account is a fact", is("StringEquals", outside, "kms:CallerAccount"), {}, "refused"),
  under("the caller's account, rightly", is("StringEquals", own, "aws:PrincipalAccount"), {}, "allowed"),
  under(
    "the Region is that of the key",
    is("StringEquals", "us-east-1", "aws:RequestedRegion"),
    {},
    "refused",
  ),
  under(
    "an account in no organization carries no organization",
    is("StringLike", "o-*", "aws:PrincipalOrgID"),
    {},
    "refused",
  ),
  under("the resource's organization", is("StringNotEquals", "o-member", "aws:ResourceOrgID"), {}, "allowed"),
  under("the resource's account is a fact", is("StringEquals", member, "aws:ResourceAccount"), {}, "refused"),
  under("a source account is a service's", is("StringEquals", own, "aws:SourceAccount"), {}, "refused"),
  under("a role has no user's name", is("StringLike", "*", "aws:username"), {}, "refused"),
  under("the type of principal", is("StringEquals", "AssumedRole", "aws:PrincipalType"), {}, "allowed"),
  under("a user id of which half is unknown", is("StringLike", "AROA*:x", "aws:userid"), {}, "undecided"),
  under(
    "a tag of the resource is not told",
    is("StringEquals", "x", "aws:ResourceTag/team"),
    {},
    "undecided",
  ),
  under(
    "a tag of the resource beside what the caller chooses",
    { StringEquals: { [source]: "a", "aws:ResourceTag/team": "x" } },
    {},
    "undecided",
  ),
  {
    name: "whatever the resource's tag is, the caller has a choice for it",
    world: {
      key: ["true", "false"].map((is) =>
        allow({
          ...decrypt,
          ...aws(admin),
          Condition: { StringEquals: { [source]: is }, Null: { "aws:ResourceTag/team": is } },
        }),
      ),
    },
    ask: ask(admin, "kms:Decrypt", key),
    expect: "allowed",
  },
  under("a tag of the resource, whatever it is", is("Null", "true", "aws:ResourceTag/team"), {}, "allowed", {
    grants: [],
    key: [
      allow({ ...decrypt, ...aws(admin), Condition: is("Null", "true", "aws:ResourceTag/team") }),
      allow({ ...decrypt, ...aws(admin), Condition: is("Null", "false", "aws:ResourceTag/team") }),
    ],
  }),
  under(
    "a tag that the principal has",
    is("StringEquals", "shards", "aws:PrincipalTag/team"),
    {},
    "allowed",
    { tags: { [admin]: { team: "shards" } } },
  ),
  under(
    "a tag that the principal has not",
    is("StringEquals", "shards", "aws:PrincipalTag/team"),
    {},
    "refused",
    { tags: { [admin]: { other: "shards" } } },
  ),
  decrypting(
    "a stranger carries any tag",
    stranger,
    [allow({ ...decrypt, ...everybody, Condition: is("StringEquals", "shards", "aws:PrincipalTag/team") })],
    "allowed",
  ),
  decrypting(
    "a stranger is in any organization",
    stranger,
    [allow({ ...decrypt, ...everybody, Condition: is("StringEquals", "o-any", "aws:PrincipalOrgID") })],
    "allowed",
  ),
  decrypting(
    "a listed account is in its own organization",
    `arn:aws:iam::${member}:role/unlisted`,
    [allow({ ...decrypt, ...everybody, Condition: is("StringEquals", "o-any", "aws:PrincipalOrgID") })],
    "refused",
  ),
  decrypting(
    "a listed account's organization, rightly",
    `arn:aws:iam::${member}:role/unlisted`,
    [allow({ ...decrypt, ...everybody, Condition: is("StringEquals", "o-member", "aws:PrincipalOrgID") })],
    "allowed",
  ),
  decrypting(
    "an organization's path is not told",
    `arn:aws:iam::${member}:role/unlisted`,
    [
      allow({
        ...decrypt,
        ...everybody,
        Condition: is("ForAnyValue:StringLike", "o-member/r-*/ou-x/*", "aws:PrincipalOrgPaths"),
      }),
    ],
    "undecided",
  ),
  {
    name: "a service names the account on whose behalf it calls",
    world: {
      key: [
        allow({
          ...decrypt,
          Principal: { Service: "logs.eu-central-1.amazonaws.com" },
          Condition: is("StringEquals", own, "aws:SourceAccount"),
        }),
      ],
    },
    ask: ask("logs.eu-central-1.amazonaws.com", "kms:Decrypt", key, {
      context: { "aws:SourceAccount": outside },
    }),
    expect: "refused",
  },
  // Policy variables.
  {
    name: "a user's name in a resource",
    world: ownFolder,
    ask: ask(person, "s3:GetObject", "arn:aws:s3:::own-bucket/person/x"),
    expect: "allowed",
  },
  {
    name: "another user's folder",
    world: ownFolder,
    ask: ask(person, "s3:GetObject", "arn:aws:s3:::own-bucket/somebody/x"),
    expect: "refused",
  },
  {
    name: "a variable without a value matches nothing",
    world: {
      identity: {
        [admin]: [allow({ Action: "s3:GetObject", Resource: `arn:aws:s3:::own-bucket/\${aws:username}*` })],
      },
    },
    ask: ask(admin, "s3:GetObject", "arn:aws:s3:::own-bucket/x"),
    expect: "refused",
  },
  {
    name: "a variable's default",
    world: {
      identity: {
        [admin]: [
          allow({ Action: "s3:GetObject", Resource: `arn:aws:s3:::own-bucket/\${aws:username, 'all'}/*` }),
        ],
      },
    },
    ask: ask(admin, "s3:GetObject", "arn:aws:s3:::own-bucket/all/x"),
    expect: "allowed",
  },
  {
    name: "the older version knows no variables",
    world: { version: "2008-10-17", ...ownFolder },
    ask: ask(person, "s3:GetObject", "arn:aws:s3:::own-bucket/person/x"),
    expect: "refused",
  },
  under("an escaped star is a star", is("StringLike", `a\${*}`), given("a*"), "allowed"),
  under("an escaped star is no wildcard", is("StringLike", `a\${*}`), given("abc"), "refused"),
  under("a tag in a value", is("StringEquals", `\${aws:PrincipalTag/team}`), given("shards"), "allowed", {
    tags: { [admin]: { team: "shards" } },
  }),
  under("a chosen tag in a value", is("StringEquals", `\${aws:RequestTag/team}`), {}, "allowed"),
  {
    name: "a stranger's tag in a resource",
    world: {
      secret: [
        allow({
          Action: get,
          Resource: `arn:aws:secretsmanager:*:*:secret:\${aws:PrincipalTag/team}-AbCdEf`,
          ...everybody,
        }),
      ],
    },
    ask: ask(stranger, get, secret),
    expect: "allowed",
  },
  // Actions and resources.
  decrypting(
    "the name of an action has no case",
    admin,
    [allow({ Action: "KMS:decrypt", ...aws(admin) })],
    "allowed",
  ),
  decrypting("a star in an action", admin, [allow({ Action: "kms:De*t", ...aws(admin) })], "allowed"),
  decrypting(
    "NotAction leaves an action out",
    admin,
    [allow({ Action: undefined, NotAction: "kms:Decrypt", ...aws(admin) })],
    "refused",
  ),
  {
    name: "NotAction means every other",
    world: { key: [allow({ Action: undefined, NotAction: "kms:Decrypt", ...aws(admin) })] },
    ask: ask(admin, "kms:CreateGrant", key),
    expect: "allowed",
  },
  {
    name: "NotResource leaves a resource out",
    world: { identity: { [admin]: [allow({ Action: get, Resource: undefined, NotResource: secret })] } },
    ask: ask(admin, get, secret),
    expect: "refused",
  },
  {
    name: "a wildcard in a resource",
    world: {
      identity: {
        [admin]: [allow({ Action: get, Resource: "arn:aws:secretsmanager:*:*:secret:password-??????" })],
      },
    },
    ask: ask(admin, get, secret),
    expect: "allowed",
  },
  decrypting(
    "an action that nobody knows, in an Allow",
    admin,
    [allow({ Action: "kms:Decrypte", ...aws(admin) })],
    "undecided",
  ),
  decrypting(
    "an action that nobody knows, in a Deny",
    admin,
    [...(opened.key ?? []), deny({ Action: "kms:Decrypte", ...everybody })],
    "undecided",
  ),
  decrypting(
    "a pattern that fits no action",
    admin,
    [allow({ Action: "kms:Decrypte*", ...aws(admin) })],
    "refused",
  ),
  decrypting(
    "an unknown action of another service",
    admin,
    [allow({ Action: "s3:Decrypt", ...aws(admin) })],
    "refused",
  ),
  {
    name: "an unknown service",
    world: { identity: { [admin]: [allow({ Action: "secretmanager:GetSecretValue" })] } },
    ask: ask(admin, get, secret),
    expect: "undecided",
  },
  {
    name: "an unknown action is asked about",
    world: { identity: { [admin]: [allow({})] } },
    ask: ask(admin, "iam:BecomeAdmin", target),
    expect: "undecided",
  },
  decrypting(
    "an unknown effect",
    admin,
    [{ ...allow({ ...decrypt, ...aws(admin) }), Effect: "allow" }],
    "undecided",
  ),
  decrypting(
    "an unknown element of a statement",
    admin,
    [allow({ ...decrypt, ...aws(admin), Conditions: {} })],
    "undecided",
  ),
  decrypting(
    "a key's statement without a resource",
    admin,
    [{ Effect: "Allow", ...decrypt, ...aws(admin) }],
    "undecided",
  ),
  {
    name: "an identity policy that names a principal",
    world: { identity: { [admin]: [allow({ Action: get, ...everybody })] } },
    ask: ask(admin, get, secret),
    expect: "undecided",
  },
];

const ofKind =
  (kind: "scp" | "rcp") =>
  (target: string, ...statements: readonly object[]) => ({
    target,
    kind,
    statements: statements as Record<string, unknown>[],
  });
const scp = ofKind("scp");
const rcp = ofKind("rcp");
const denyDecrypt = deny(decrypt);
const denyAll = deny({ ...decrypt, ...everybody });
const memberMay = { [memberRole]: [allow({})], [managementRole]: [allow({})] };

const deniedToMembers: Parts = {
  organizationPolicies: [scp("o-member", denyDecrypt)],
  memberKey: [allow({ ...decrypt, ...aws(member) })],
  identity: memberMay,
};
const onlyNodeRewrites: Parts = {
  organizationPolicies: [
    scp(own, deny({ Action: "kms:PutKeyPolicy", Condition: { ArnNotEquals: { "aws:PrincipalArn": node } } })),
  ],
  key: [allow({ Action: "kms:*", ...aws(admin, node) })],
};

function organized(name: string, world: Parts, asked: Case["ask"], expect: Case["expect"]): Case {
  return { name, world, ask: asked, expect };
}

export const organizations: readonly Case[] = [
  organized(
    "a Deny of the account's policy",
    { organizationPolicies: [scp(own, denyDecrypt)], ...opened },
    ask(admin, "kms:Decrypt", key),
    "refused",
  ),
  organized(
    "a Deny of the organization's policy",
    deniedToMembers,
    ask(memberRole, "kms:Decrypt", memberKey),
    "refused",
  ),
  organized(
    "a Deny of another account's policy",
    { organizationPolicies: [scp(member, denyDecrypt)], ...opened },
    ask(admin, "kms:Decrypt", key),
    "allowed",
  ),
  organized(
    "a policy that allows little leaves FullAWSAccess",
    { organizationPolicies: [scp(own, allow({ Action: "s3:*" }))], ...opened },
    ask(admin, "kms:Decrypt", key),
    "allowed",
  ),
  organized(
    "service control policies bind the root",
    { organizationPolicies: [scp(own, denyDecrypt)], key: [allow({ ...decrypt, ...aws(own) })] },
    ask(root(own), "kms:Decrypt", key),
    "refused",
  ),
  organized(
    "service control policies bind whoever counts with everything",
    { organizationPolicies: [scp(own, denyDecrypt)], ...opened },
    ask(admin, "kms:Decrypt", key, { identity: "everything" }),
    "refused",
  ),
  organized(
    "service control policies do not bind the management account",
    {
      organizationPolicies: [scp("o-member", denyDecrypt), scp(management, denyDecrypt)],
      memberKey: [allow({ ...decrypt, ...aws(management) })],
      identity: memberMay,
    },
    ask(managementRole, "kms:Decrypt", memberKey),
    "allowed",
  ),
  organized(
    "service control policies do not bind callers of other accounts",
    { organizationPolicies: [scp(own, denyDecrypt)], key: [allow({ ...decrypt, ...aws(outside) })] },
    ask(stranger, "kms:Decrypt", key),
    "allowed",
  ),
  organized(
    "service control policies do not bind service-linked roles",
    { organizationPolicies: [scp(own, denyDecrypt)], key: [allow({ ...decrypt, ...aws(own) })] },
    ask(`arn:aws:iam::${own}:role/aws-service-role/x.amazonaws.com/Linked`, "kms:Decrypt", key),
    "allowed",
  ),
  organized(
    "organization policies that may be detached",
    { organizationPolicies: [scp(own, denyDecrypt)], ...opened },
    ask(admin, "kms:Decrypt", key, { ignoreOrganizationPolicies: true }),
    "allowed",
  ),
  organized(
    "policies of an organization that may be detached",
    deniedToMembers,
    ask(memberRole, "kms:Decrypt", memberKey, { ignoreOrganizationPolicies: ["o-member"] }),
    "allowed",
  ),
  organized(
    "policies of another organization stay",
    deniedToMembers,
    ask(memberRole, "kms:Decrypt", memberKey, { ignoreOrganizationPolicies: ["o-other"] }),
    "refused",
  ),
  organized("a Deny but for one principal", onlyNodeRewrites, ask(admin, "kms:PutKeyPolicy", key), "refused"),
  organized(
    "the principal that the Deny spares",
    onlyNodeRewrites,
    ask(node, "kms:PutKeyPolicy", key),
    "allowed",
  ),
  organized(
    "resource control policies bind whoever calls",
    { organizationPolicies: [rcp(own, denyAll)], key: [allow({ ...decrypt, ...aws(outside) })] },
    ask(stranger, "kms:Decrypt", key),
    "refused",
  ),
  organized(
    "resource control policies bind by the resource's account",
    {
      organizationPolicies: [rcp(own, denyAll)],
      memberKey: [allow({ ...decrypt, ...aws(admin) })],
      identity: mayDecrypt,
    },
    ask(admin, "kms:Decrypt", memberKey),
    "allowed",
  ),
  organized(
    "resource control policies keep outsiders from assuming a role",
    {
      organizationPolicies: [
        rcp(
          own,
          deny({
            Action: "sts:AssumeRole",
            ...everybody,
            Condition: { StringNotEquals: { "aws:PrincipalAccount": own } },
          }),
        ),
      ],
      trust: [{ Effect: "Allow", Action: "sts:AssumeRole", ...everybody }],
    },
    ask(stranger, "sts:AssumeRole", target),
    "refused",
  ),
  organized(
    "resource control policies know no identity service",
    { organizationPolicies: [rcp(own, deny({ ...everybody }))], identity: { [admin]: [allow({})] } },
    ask(admin, "iam:PutRolePolicy", target),
    "allowed",
  ),
  organized(
    "resource control policies do not guard the management account",
    { organizationPolicies: [rcp("o-member", denyAll)], identity: { [admin]: [allow({})] }, secret: [] },
    ask(admin, get, secret),
    "allowed",
  ),
  organized(
    "an unreadable organization policy",
    { organizationPolicies: [scp(own, { Effect: "Refuse" })], ...opened },
    ask(admin, "kms:Decrypt", key),
    "undecided",
  ),
];
