import type { Statement } from "../../../isolation/policy.ts";
import {
  accountA,
  accountB,
  allow,
  asRoot,
  asService,
  asUser,
  bucket,
  type Case,
  deny,
  documentOf,
  endpoint,
  grant,
  key,
  keyArn,
  management,
  organization,
  region,
  repository,
  request,
  role,
  roleArn,
  rootArn,
  secret,
  secretArn,
  session,
  stranger,
  to,
  user,
  userArn,
  when,
} from "./world.ts";

const everything = { can: [allow("*")] };
const noIdentity = "because no identity-based policy allows the";
const noResource = "because no resource-based policy allows the";
const deniedByResource = "with an explicit deny in a resource-based policy";
const anybody = { Principal: "*" } as const;

const decrypt = (caller: Case["asked"]["caller"], account = accountA, rest = {}) =>
  request(caller, "kms:Decrypt", keyArn(account), rest);
const read = (caller: Case["asked"]["caller"], account = accountA, rest = {}) =>
  request(caller, "secretsmanager:GetSecretValue", secretArn(account), rest);
const assume = (caller: Case["asked"]["caller"], name: string, account = accountA, rest = {}) =>
  request(caller, "sts:AssumeRole", roleArn(name, account), rest);

/** A session of the role whose session policy has this statement. */
const limitedTo = (statement: Statement) => session("r", accountA, { sessionPolicy: documentOf(statement) });

const keys: readonly Case[] = [
  {
    name: "a key's policy that names the role suffices",
    stored: [...role("r"), ...key(accountA, allow("kms:Decrypt", to(roleArn("r"))))],
    asked: decrypt(session("r")),
    by: `key policy ${keyArn()} statement 0`,
  },
  {
    name: "identity policies open no key that does not leave it to its account",
    stored: [...role("r", everything), ...key(accountA, allow("kms:Decrypt", to(roleArn("other"))))],
    asked: decrypt(session("r")),
    refused: noResource,
  },
  {
    name: "a key that names its account's root leaves it to identity policies",
    stored: [...role("r", everything), ...key(accountA, allow("kms:*", to(rootArn())))],
    asked: decrypt(session("r")),
    by: "identity policy rights",
  },
  {
    name: "a bare account id is its root",
    stored: [...role("r", everything), ...key(accountA, allow("kms:*", to(accountA)))],
    asked: decrypt(session("r")),
  },
  {
    name: "a role without rights gets nothing from its account being named",
    stored: [...role("r"), ...key(accountA, allow("kms:*", to(rootArn())))],
    asked: decrypt(session("r")),
    refused: noIdentity,
  },
  {
    name: "the root itself holds everything where the key names it",
    stored: key(accountA, allow("kms:*", to(rootArn()))),
    asked: decrypt(asRoot()),
  },
  {
    name: "the root has no access to a key that does not name it",
    stored: key(accountA, allow("kms:*", to(roleArn("r")))),
    asked: decrypt(asRoot()),
    refused: noResource,
  },
  {
    name: "another account's role needs its own account's word too",
    stored: [...role("r"), ...key(accountB, allow("kms:Decrypt", to(roleArn("r"))))],
    asked: decrypt(session("r"), accountB),
    refused: noIdentity,
  },
  {
    name: "another account's role with both sides may",
    stored: [...role("r", everything), ...key(accountB, allow("kms:Decrypt", to(rootArn())))],
    asked: decrypt(session("r"), accountB),
    by: "; identity policy rights",
  },
  {
    name: "another account's administrator may not where the key does not name it",
    stored: [...role("r", everything), ...key(accountB, allow("kms:*", to(rootArn(accountB))))],
    asked: decrypt(session("r"), accountB),
    refused: noResource,
  },
  {
    name: "everybody in Principal opens a key without identity policies",
    stored: [...role("r"), ...key(accountA, allow("kms:Decrypt", anybody))],
    asked: decrypt(session("r")),
  },
  {
    name: "an explicit deny in a key's policy beats its allow",
    stored: [
      ...role("r", everything),
      ...key(accountA, allow("kms:*", to(roleArn("r"))), deny("kms:Decrypt", { Sid: "No", ...anybody })),
    ],
    asked: decrypt(session("r")),
    refused: deniedByResource,
    by: `key policy ${keyArn()} statement 1 (No)`,
  },
  {
    name: "a deny on the account's root is about everybody in it",
    stored: [
      ...role("r", everything),
      ...key(accountA, allow("kms:*", to(roleArn("r"))), deny("kms:*", to(rootArn()))),
    ],
    asked: decrypt(session("r")),
    refused: deniedByResource,
  },
  {
    name: "an explicit deny in an identity policy beats the key's allow",
    stored: [...role("r", { can: [deny("kms:*")] }), ...key(accountA, allow("kms:*", to(roleArn("r"))))],
    asked: decrypt(session("r")),
    refused: "with an explicit deny in an identity-based policy",
  },
  {
    name: "a key policy's statement without Resource means nothing",
    stored: [...role("r"), ...key(accountA, { Effect: "Allow", Action: "kms:*", ...to(roleArn("r")) })],
    asked: decrypt(session("r")),
    refused: noResource,
  },
  {
    name: "a key policy's statement about another key means nothing",
    stored: [
      ...role("r"),
      ...key(accountA, allow("kms:*", { ...to(roleArn("r")), Resource: keyArn(accountB) })),
    ],
    asked: decrypt(session("r")),
    refused: noResource,
  },
  {
    name: "actions are met whatever their letters' case",
    stored: [...role("r"), ...key(accountA, allow("KMS:dec*", to(roleArn("r"))))],
    asked: decrypt(session("r")),
  },
  {
    name: "`?` is one character of an action",
    stored: [...role("r"), ...key(accountA, allow("kms:Decryp?", to(roleArn("r"))))],
    asked: decrypt(session("r")),
  },
  {
    name: "NotAction allows all the rest",
    stored: [
      ...role("r"),
      ...key(accountA, { Effect: "Allow", NotAction: "kms:Encrypt", Resource: "*", ...to(roleArn("r")) }),
    ],
    asked: decrypt(session("r")),
  },
  {
    name: "NotAction does not allow what it lists",
    stored: [
      ...role("r"),
      ...key(accountA, { Effect: "Allow", NotAction: "kms:Decrypt", Resource: "*", ...to(roleArn("r")) }),
    ],
    asked: decrypt(session("r")),
    refused: noResource,
  },
  {
    name: "one session named in the policy is let in",
    stored: [...role("r"), ...key(accountA, allow("kms:Decrypt", to(session("r").principal)))],
    asked: decrypt(session("r")),
  },
  {
    name: "another session of the same role is not",
    stored: [
      ...role("r"),
      ...key(accountA, allow("kms:Decrypt", to(session("r").principal.replace("alice", "bob")))),
    ],
    asked: decrypt(session("r")),
    refused: noResource,
  },
  {
    name: "a role with a path is named with its path",
    stored: [
      ...role("r"),
      ...key(accountA, allow("kms:Decrypt", to(`arn:aws:iam::${accountA}:role/team/r`))),
    ],
    asked: decrypt(session("r", accountA, { roleArn: `arn:aws:iam::${accountA}:role/team/r` })),
  },
  {
    name: "AWS's own key of a service opens through that service",
    stored: [...role("r")],
    asked: request(
      session("r"),
      "kms:Decrypt",
      `arn:aws:kms:${region}:${accountA}:alias/aws/secretsmanager`,
      { via: `secretsmanager.${region}.amazonaws.com` },
    ),
  },
  {
    name: "AWS's own key of a service opens no other way",
    stored: [...role("r", everything)],
    asked: request(session("r"), "kms:Decrypt", `arn:aws:kms:${region}:${accountA}:alias/aws/secretsmanager`),
    refused: noResource,
  },
  {
    name: "a service named in the policy acts for itself",
    stored: key(
      accountA,
      allow("kms:GenerateDataKey", { Principal: { Service: "cloudtrail.amazonaws.com" } }),
    ),
    asked: request(asService("cloudtrail.amazonaws.com"), "kms:GenerateDataKey", keyArn()),
  },
  {
    name: "a service that acts for itself is no caller of the key's account",
    stored: key(
      accountA,
      allow("kms:Decrypt", {
        Principal: { Service: "logs.amazonaws.com" },
        ...when("StringEquals", "kms:CallerAccount", accountA),
      }),
    ),
    asked: decrypt(asService("logs.amazonaws.com")),
    refused: noResource,
  },
  {
    name: "another service does not",
    stored: key(
      accountA,
      allow("kms:GenerateDataKey", { Principal: { Service: "cloudtrail.amazonaws.com" } }),
    ),
    asked: request(asService("events.amazonaws.com"), "kms:GenerateDataKey", keyArn()),
    refused: noResource,
  },
];

const attestation = {
  context: { "kms:RecipientAttestation:PCR0": "AB", "kms:RecipientAttestation:PCR3": "cd" },
};
const sealing = [
  allow("kms:Decrypt", {
    ...to(rootArn()),
    Condition: {
      ArnEquals: { "aws:PrincipalArn": roleArn("host") },
      StringEqualsIgnoreCase: {
        "kms:RecipientAttestation:PCR0": "ab",
        "kms:RecipientAttestation:PCR3": "cd",
      },
    },
  }),
  deny(["kms:Decrypt", "kms:GenerateDataKey"], {
    Sid: "Unattested0",
    ...anybody,
    ...when("StringNotEqualsIgnoreCase", "kms:RecipientAttestation:PCR0", "ab"),
  }),
  deny(["kms:Decrypt", "kms:GenerateDataKey"], {
    Sid: "Unattested3",
    ...anybody,
    ...when("StringNotEqualsIgnoreCase", "kms:RecipientAttestation:PCR3", "cd"),
  }),
  deny(["kms:ReEncrypt*", "kms:CreateGrant"], { Sid: "SideDoors", ...anybody }),
  allow(["kms:PutKeyPolicy", "kms:DescribeKey"], to(roleArn("keyadmin", accountB))),
];
const truthTable = (
  name: string,
  host: readonly Parameters<typeof allow>[0][],
  asked: Case["asked"],
  rest: Partial<Case> = {},
): Case => ({
  name: `sealing key: ${name}`,
  stored: [
    ...role("host", { can: host.map((action) => allow(action)) }),
    ...role("admin", { account: accountB, ...everything }),
    ...role("keyadmin", { account: accountB }),
    ...key(accountB, ...sealing),
  ],
  asked,
  ...rest,
});

/** The nine outcomes that are known for this shape of key policy. */
const attested: readonly Case[] = [
  truthTable(
    "the node's role with both measurements may decrypt",
    ["kms:Decrypt"],
    decrypt(session("host"), accountB, attestation),
  ),
  truthTable("not without its own account's word", [], decrypt(session("host"), accountB, attestation), {
    refused: noIdentity,
  }),
  truthTable("not without a document", ["kms:Decrypt"], decrypt(session("host"), accountB), {
    refused: deniedByResource,
    by: "Unattested0",
  }),
  truthTable(
    "not in debug mode",
    ["kms:Decrypt"],
    decrypt(session("host"), accountB, {
      context: { ...attestation.context, "kms:RecipientAttestation:PCR0": "00" },
    }),
    { refused: deniedByResource },
  ),
  truthTable(
    "not on another host",
    ["kms:Decrypt"],
    decrypt(session("host"), accountB, {
      context: { ...attestation.context, "kms:RecipientAttestation:PCR3": "00" },
    }),
    { refused: deniedByResource, by: "Unattested3" },
  ),
  truthTable("not by the account's administrator", [], decrypt(session("admin", accountB), accountB), {
    refused: deniedByResource,
  }),
  truthTable(
    "not by the administrator with somebody's document",
    [],
    decrypt(session("admin", accountB), accountB, attestation),
    { refused: noResource },
  ),
  truthTable(
    "no grant by the administrator",
    [],
    request(session("admin", accountB), "kms:CreateGrant", keyArn(accountB)),
    { refused: deniedByResource, by: "SideDoors" },
  ),
  truthTable(
    "no re-encryption by the administrator",
    [],
    request(session("admin", accountB), "kms:ReEncryptFrom", keyArn(accountB)),
    { refused: deniedByResource },
  ),
  truthTable(
    "the key administrator changes the policy",
    [],
    request(session("keyadmin", accountB), "kms:PutKeyPolicy", keyArn(accountB)),
  ),
];

const grants: readonly Case[] = [
  {
    name: "a grant lets its grantee in without the key's policy",
    stored: [...role("r"), ...key(accountA), ...grant(accountA, roleArn("r"))],
    asked: decrypt(session("r")),
    by: "grant g1",
  },
  {
    name: "a grant is for the operations that it lists",
    stored: [...role("r"), ...key(accountA), ...grant(accountA, roleArn("r"))],
    asked: request(session("r"), "kms:Encrypt", keyArn()),
    refused: noResource,
  },
  {
    name: "a grant is for its grantee",
    stored: [...role("r"), ...key(accountA), ...grant(accountA, roleArn("other"))],
    asked: decrypt(session("r")),
    refused: noResource,
  },
  {
    name: "a deny in the key's policy beats a grant",
    stored: [...role("r"), ...key(accountA, deny("kms:Decrypt", anybody)), ...grant(accountA, roleArn("r"))],
    asked: decrypt(session("r")),
    refused: deniedByResource,
  },
  {
    name: "a grant to another account's role is one of two halves",
    stored: [...role("r"), ...key(accountB), ...grant(accountB, roleArn("r"))],
    asked: decrypt(session("r"), accountB),
    refused: noIdentity,
  },
  {
    name: "a grant to an account leaves it to the account's own policies",
    stored: [...role("r", everything), ...key(accountB), ...grant(accountB, rootArn())],
    asked: decrypt(session("r"), accountB),
  },
  {
    name: "a grant to an account gives a role without rights nothing",
    stored: [...role("r"), ...key(accountA), ...grant(accountA, rootArn())],
    asked: decrypt(session("r")),
    refused: noIdentity,
  },
  {
    name: "a grant's subset is met by a larger context",
    stored: [
      ...role("r"),
      ...key(accountA),
      ...grant(accountA, roleArn("r"), { constraints: [{ encryptionContextSubset: { node: "0" } }] }),
    ],
    asked: decrypt(session("r"), accountA, { input: { EncryptionContext: { node: "0", more: "x" } } }),
  },
  {
    name: "a grant's equal context is not",
    stored: [
      ...role("r"),
      ...key(accountA),
      ...grant(accountA, roleArn("r"), { constraints: [{ encryptionContextEquals: { node: "0" } }] }),
    ],
    asked: decrypt(session("r"), accountA, { input: { EncryptionContext: { node: "0", more: "x" } } }),
    refused: noResource,
  },
  {
    name: "a grant of another context is not met",
    stored: [
      ...role("r"),
      ...key(accountA),
      ...grant(accountA, roleArn("r"), { constraints: [{ encryptionContextSubset: { node: "0" } }] }),
    ],
    asked: decrypt(session("r"), accountA, { input: { EncryptionContext: { node: "1" } } }),
    refused: noResource,
  },
];

const resources: readonly Case[] = [
  {
    name: "an identity policy alone opens a secret of its account",
    stored: [...role("r", everything), ...secret(accountA)],
    asked: read(session("r")),
  },
  {
    name: "a secret's policy alone opens it to a role of its account",
    stored: [...role("r"), ...secret(accountA, allow("secretsmanager:GetSecretValue", to(roleArn("r"))))],
    asked: read(session("r")),
    by: `secret policy ${secretArn()}`,
  },
  {
    name: "naming the account in a secret's policy is not naming the role",
    stored: [...role("r"), ...secret(accountA, allow("secretsmanager:GetSecretValue", to(rootArn())))],
    asked: read(session("r")),
    refused: noIdentity,
  },
  {
    name: "a secret's policy that lets one in keeps nobody else out",
    stored: [
      ...role("r", everything),
      ...secret(accountA, allow("secretsmanager:GetSecretValue", to(roleArn("other")))),
    ],
    asked: read(session("r")),
  },
  {
    name: "another account's secret takes both sides: theirs alone",
    stored: [...role("r"), ...secret(accountB, allow("secretsmanager:*", to(roleArn("r"))))],
    asked: read(session("r"), accountB),
    refused: noIdentity,
  },
  {
    name: "another account's secret takes both sides: ours alone",
    stored: [...role("r", everything), ...secret(accountB)],
    asked: read(session("r"), accountB),
    refused: noResource,
  },
  {
    name: "another account's secret takes both sides: both",
    stored: [...role("r", everything), ...secret(accountB, allow("secretsmanager:*", to(accountA)))],
    asked: read(session("r"), accountB),
  },
  {
    name: "an explicit deny in a secret's policy",
    stored: [
      ...role("r", everything),
      ...secret(
        accountA,
        deny("secretsmanager:*", {
          ...anybody,
          ...when("ArnNotEquals", "aws:PrincipalArn", roleArn("other")),
        }),
      ),
    ],
    asked: read(session("r")),
    refused: deniedByResource,
  },
  {
    name: "a secret that does not exist is its account's identity policies' matter",
    stored: role("r", everything),
    asked: read(session("r")),
  },
  {
    name: "an identity policy about another resource",
    stored: [...role("r", { can: [allow("*", { Resource: secretArn(accountB) })] }), ...secret(accountA)],
    asked: read(session("r")),
    refused: noIdentity,
  },
  {
    name: "six question marks are the suffix of a secret",
    stored: [
      ...role("r", { can: [allow("*", { Resource: secretArn().replace(/.{6}$/, "??????") })] }),
      ...secret(accountA),
    ],
    asked: read(session("r")),
  },
  {
    name: "NotResource is about everything else",
    stored: [
      ...role("r", { can: [{ Effect: "Allow", Action: "*", NotResource: secretArn() }] }),
      ...secret(accountA),
    ],
    asked: read(session("r")),
    refused: noIdentity,
  },
  {
    name: "a wildcard that ends a part of a Resource reaches over the colons that follow",
    stored: [
      ...role("r", { can: [allow("*", { Resource: "arn:aws:secretsmanager:*:secret:password-a1B2c3" })] }),
      ...secret(accountA),
    ],
    asked: read(session("r")),
  },
  {
    name: "a wildcard within a part of a Resource does not reach over its colons",
    stored: [
      ...role("r", {
        can: [allow("*", { Resource: "arn:aws:secretsmanager:us-*1:secret:password-a1B2c3" })],
      }),
      ...secret(accountA),
    ],
    asked: read(session("r")),
    refused: noIdentity,
  },
  {
    name: "an action on nothing in particular is allowed on `*` alone",
    stored: role("r", { can: [allow("kms:ListAliases", { Resource: "arn:aws:kms:*:*:*" })] }),
    asked: request(session("r"), "kms:ListAliases"),
    refused: noIdentity,
  },
  {
    name: "an object is opened by its bucket's policy and the caller's",
    stored: [
      ...role("r", everything),
      ...bucket(accountB, allow("s3:GetObject", { ...to(accountA), Resource: "arn:aws:s3:::files/*" })),
    ],
    asked: request(session("r"), "s3:GetObject", "arn:aws:s3:::files/a/b", { resourceAccount: accountB }),
    by: "bucket policy arn:aws:s3:::files statement 0",
  },
  {
    name: "a bucket is not its objects",
    stored: [
      ...role("r", everything),
      ...bucket(accountB, allow("s3:*", { ...to(accountA), Resource: "arn:aws:s3:::files/*" })),
    ],
    asked: request(session("r"), "s3:ListBucket", "arn:aws:s3:::files", { resourceAccount: accountB }),
    refused: noResource,
  },
  {
    name: "a repository's policy has no Resource",
    stored: [...role("r", everything), ...repository(accountB, allow("ecr:BatchGetImage", to(accountA)))],
    asked: request(session("r"), "ecr:BatchGetImage", `arn:aws:ecr:${region}:${accountB}:repository/wallet`),
  },
  {
    name: "nobody's request is met by everybody",
    stored: repository(accountB, allow("ecr:BatchGetImage", anybody)),
    asked: request(null, "ecr:BatchGetImage", `arn:aws:ecr:${region}:${accountB}:repository/wallet`),
  },
  {
    name: "nobody's request is met by nothing else",
    stored: repository(accountB, allow("ecr:BatchGetImage", to(accountA))),
    asked: request(null, "ecr:BatchGetImage", `arn:aws:ecr:${region}:${accountB}:repository/wallet`),
    refused: "security token",
    by: "no valid signature",
  },
  {
    name: "a user's own policies count",
    stored: [...user("u", everything), ...secret(accountA)],
    asked: read(asUser("u")),
  },
  {
    name: "a user named by a resource needs no policy of its own",
    stored: [...user("u"), ...secret(accountA, allow("secretsmanager:*", to(userArn("u"))))],
    asked: read(asUser("u")),
  },
  {
    name: "a role that is gone has no rights left",
    stored: secret(accountA),
    asked: read(session("gone")),
    refused: noIdentity,
  },
  { name: "a root holds everything in its account", stored: secret(accountA), asked: read(asRoot()) },
  {
    name: "a root holds nothing in another",
    stored: secret(accountB),
    asked: read(asRoot(), accountB),
    refused: noResource,
  },
  {
    name: "everybody may ask who it is",
    stored: role("r", { can: [deny("*")] }),
    asked: request(session("r"), "sts:GetCallerIdentity"),
  },
  {
    name: "what goes with a request is asked for too",
    stored: role("r", { can: [allow("ecs:*")] }),
    asked: request(session("r"), "ecs:RunTask", `arn:aws:ecs:${region}:${accountA}:task-definition/x:1`, {
      also: [{ action: "iam:PassRole", resource: roleArn("t") }],
    }),
    refused: "iam:PassRole on resource",
    by: "iam:PassRole: ",
  },
];

const trusts: readonly Case[] = [
  {
    name: "a trust that names the role suffices",
    stored: [...role("r"), ...role("t", { trust: [allow("sts:AssumeRole", to(roleArn("r")))] })],
    asked: assume(session("r"), "t"),
    by: `trust policy ${roleArn("t")}`,
  },
  {
    name: "a trust that names the account leaves it to identity policies: none",
    stored: [...role("r"), ...role("t", { trust: [allow("sts:AssumeRole", to(accountA))] })],
    asked: assume(session("r"), "t"),
    refused: noIdentity,
  },
  {
    name: "a trust that names the account leaves it to identity policies: one",
    stored: [...role("r", everything), ...role("t", { trust: [allow("sts:AssumeRole", to(accountA))] })],
    asked: assume(session("r"), "t"),
  },
  {
    name: "an administrator is not trusted by being one",
    stored: [
      ...role("r", everything),
      ...role("t", { trust: [allow("sts:AssumeRole", to(roleArn("other")))] }),
    ],
    asked: assume(session("r"), "t"),
    refused: noResource,
  },
  {
    name: "another account's role takes both sides",
    stored: [
      ...role("r"),
      ...role("t", { account: accountB, trust: [allow("sts:AssumeRole", to(roleArn("r")))] }),
    ],
    asked: assume(session("r"), "t", accountB),
    refused: noIdentity,
  },
  {
    name: "a role that does not exist trusts nobody",
    stored: role("r", everything),
    asked: assume(session("r"), "t"),
    refused: noResource,
  },
  {
    name: "an external id has to be given",
    stored: [
      ...role("r"),
      ...role("t", {
        trust: [
          allow("sts:AssumeRole", { ...to(roleArn("r")), ...when("StringEquals", "sts:ExternalId", "x") }),
        ],
      }),
    ],
    asked: assume(session("r"), "t"),
    refused: noResource,
  },
  {
    name: "an external id that is right is enough",
    stored: [
      ...role("r"),
      ...role("t", {
        trust: [
          allow("sts:AssumeRole", { ...to(roleArn("r")), ...when("StringEquals", "sts:ExternalId", "x") }),
        ],
      }),
    ],
    asked: assume(session("r"), "t", accountA, { input: { ExternalId: "x" } }),
  },
  {
    name: "a second factor that a user showed",
    stored: [
      ...user("u"),
      ...role("t", {
        trust: [
          allow("sts:AssumeRole", {
            ...to(userArn("u")),
            ...when("Bool", "aws:MultiFactorAuthPresent", "true"),
          }),
        ],
      }),
    ],
    asked: assume(asUser("u", accountA, { secondFactor: true }), "t"),
  },
  {
    name: "a second factor that a user did not show",
    stored: [
      ...user("u"),
      ...role("t", {
        trust: [
          allow("sts:AssumeRole", {
            ...to(userArn("u")),
            ...when("Bool", "aws:MultiFactorAuthPresent", "true"),
          }),
        ],
      }),
    ],
    asked: assume(asUser("u"), "t"),
    refused: noResource,
  },
  {
    name: "NotPrincipal denies whom it does not name whole",
    stored: [
      ...role("r", everything),
      ...role("t", {
        trust: [
          allow("sts:AssumeRole", to(accountA)),
          { Effect: "Deny", Action: "sts:AssumeRole", NotPrincipal: { AWS: [accountA, roleArn("r")] } },
        ],
      }),
    ],
    asked: assume(session("r"), "t"),
    refused: deniedByResource,
  },
  {
    name: "NotPrincipal spares whom it names with account, role and session",
    stored: [
      ...role("r", everything),
      ...role("t", {
        trust: [
          allow("sts:AssumeRole", to(accountA)),
          {
            Effect: "Deny",
            Action: "sts:AssumeRole",
            NotPrincipal: { AWS: [accountA, roleArn("r"), session("r").principal] },
          },
        ],
      }),
    ],
    asked: assume(session("r"), "t"),
  },
  {
    name: "NotPrincipal in an allow lets everybody else in",
    stored: [
      ...role("r"),
      ...role("t", {
        trust: [{ Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: { AWS: roleArn("other") } }],
      }),
    ],
    asked: assume(session("r"), "t"),
  },
];

const limits: readonly Case[] = [
  {
    name: "a boundary that does not mention the action",
    stored: [...role("r", { ...everything, boundary: [allow("s3:*")] }), ...secret(accountA)],
    asked: read(session("r")),
    refused: "because no permissions boundary allows the",
  },
  {
    name: "a boundary that allows it grants nothing by itself",
    stored: [...role("r", { boundary: [allow("*")] }), ...secret(accountA)],
    asked: read(session("r")),
    refused: noIdentity,
  },
  {
    name: "an explicit deny in a boundary",
    stored: [
      ...role("r", { ...everything, boundary: [allow("*"), deny("secretsmanager:*")] }),
      ...secret(accountA),
    ],
    asked: read(session("r")),
    refused: "with an explicit deny in a permissions boundary",
  },
  {
    name: "a boundary limits what a resource gives the role",
    stored: [
      ...role("r", { boundary: [allow("s3:*")] }),
      ...secret(accountA, allow("secretsmanager:*", to(roleArn("r")))),
    ],
    asked: read(session("r")),
    refused: "because no permissions boundary allows the",
  },
  {
    name: "a boundary does not limit what a resource gives the session",
    stored: [
      ...role("r", { boundary: [allow("s3:*")] }),
      ...secret(accountA, allow("secretsmanager:*", to(session("r").principal))),
    ],
    asked: read(session("r")),
  },
  {
    name: "a boundary limits what the account's naming leaves to it",
    stored: [
      ...role("r", { ...everything, boundary: [allow("s3:*")] }),
      ...key(accountA, allow("kms:*", to(accountA))),
    ],
    asked: decrypt(session("r")),
    refused: "because no permissions boundary allows the",
  },
  {
    name: "a session policy that does not mention the action",
    stored: [...role("r", everything), ...secret(accountA)],
    asked: read(limitedTo(allow("s3:*"))),
    refused: "because no session policy allows the",
  },
  {
    name: "a session policy that denies",
    stored: [...role("r", everything), ...secret(accountA)],
    asked: read(limitedTo(deny("secretsmanager:*"))),
    refused: "with an explicit deny in a session policy",
  },
  {
    name: "a session policy that allows grants nothing by itself",
    stored: [...role("r"), ...secret(accountA)],
    asked: read(limitedTo(allow("*"))),
    refused: noIdentity,
  },
  {
    name: "an endpoint that does not let it through",
    stored: [...role("r", everything), ...secret(accountA), ...endpoint(allow("kms:*", anybody))],
    asked: read(session("r"), accountA, { endpoint: "vpce-1" }),
    refused: "because no VPC endpoint policy allows the",
  },
  {
    name: "an endpoint that denies",
    stored: [
      ...role("r", everything),
      ...secret(accountA),
      ...endpoint(allow("*", anybody), deny("secretsmanager:*", anybody)),
    ],
    asked: read(session("r"), accountA, { endpoint: "vpce-1" }),
    refused: "with an explicit deny in a VPC endpoint policy",
  },
  {
    name: "an endpoint grants nothing",
    stored: [...role("r"), ...secret(accountA), ...endpoint(allow("*", anybody))],
    asked: read(session("r"), accountA, { endpoint: "vpce-1" }),
    refused: noIdentity,
  },
  {
    name: "an endpoint is nothing to who does not come through it",
    stored: [...role("r", everything), ...secret(accountA), ...endpoint(deny("*", anybody))],
    asked: read(session("r")),
  },
  {
    name: "a service control policy denies",
    stored: [
      ...role("r", everything),
      ...secret(accountA),
      ...organization("scp", accountA, deny("secretsmanager:*")),
    ],
    asked: read(session("r")),
    refused: "with an explicit deny in a service control policy",
  },
  {
    name: "a service control policy of the organization denies",
    stored: [
      ...role("r", everything),
      ...secret(accountA),
      ...organization("scp", "o-1", deny("secretsmanager:*")),
    ],
    asked: read(session("r")),
    refused: "with an explicit deny in a service control policy",
  },
  {
    name: "a service control policy binds the root",
    stored: [...secret(accountA), ...organization("scp", accountA, deny("secretsmanager:*"))],
    asked: read(asRoot()),
    refused: "with an explicit deny in a service control policy",
  },
  {
    name: "a service control policy does not bind the management account",
    stored: [
      ...role("r", { account: management, ...everything }),
      ...secret(management),
      ...organization("scp", "o-1", deny("secretsmanager:*")),
    ],
    asked: read(session("r", management), management),
  },
  {
    name: "a service control policy of another account is nothing to the caller",
    stored: [
      ...role("r", everything),
      ...secret(accountA),
      ...organization("scp", accountB, deny("secretsmanager:*")),
    ],
    asked: read(session("r")),
  },
  {
    name: "a service control policy does not bind strangers",
    stored: [
      ...role("r", { account: stranger, ...everything }),
      ...secret(accountA, allow("secretsmanager:*", to(stranger))),
      ...organization("scp", accountA, deny("secretsmanager:*")),
    ],
    asked: read(session("r", stranger)),
  },
  {
    name: "a resource control policy binds strangers",
    stored: [
      ...role("r", { account: stranger, ...everything }),
      ...secret(accountA, allow("secretsmanager:*", to(stranger))),
      ...organization("rcp", accountA, deny("secretsmanager:*", anybody)),
    ],
    asked: read(session("r", stranger)),
    refused: "with an explicit deny in a resource control policy",
  },
  {
    name: "a resource control policy by the caller's organization",
    stored: [
      ...role("r", everything),
      ...secret(accountA),
      ...organization(
        "rcp",
        "o-1",
        deny("secretsmanager:*", { ...anybody, ...when("StringNotEquals", "aws:PrincipalOrgID", "o-1") }),
      ),
    ],
    asked: read(session("r")),
  },
  {
    name: "a resource control policy binds services too",
    stored: [
      ...secret(accountA, allow("secretsmanager:*", { Principal: { Service: "ecs.amazonaws.com" } })),
      ...organization(
        "rcp",
        accountA,
        deny("secretsmanager:*", { ...anybody, ...when("Bool", "aws:PrincipalIsAWSService", "true") }),
      ),
    ],
    asked: read(asService("ecs.amazonaws.com")),
    refused: "with an explicit deny in a resource control policy",
  },
  {
    name: "resource control policies do not know every service",
    stored: [...role("r", everything), ...organization("rcp", accountA, deny("*", anybody))],
    asked: request(session("r"), "ec2:DescribeVpcs"),
  },
];

export const accessCases: readonly Case[] = [
  ...keys,
  ...attested,
  ...grants,
  ...resources,
  ...trusts,
  ...limits,
];
