// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so.
import type { CloudRequest } from "../../../rehearsal/request.ts";
import {
  accountA,
  allow,
  asUser,
  type Case,
  key,
  keyArn,
  region,
  request,
  role,
  roleArn,
  secret,
  secretArn,
  session,
  to,
  user,
  when,
} from "./world.ts";

type Asked = Partial<CloudRequest>;
const implicit = "because no identity-based policy allows the";

/** A role that may read the secret under one condition, and what a request answers. */
function condition(
  name: string,
  operator: string,
  conditionKey: string,
  value: string | readonly string[],
  asked: Asked,
  holds: boolean,
): Case {
  return {
    name: `${name}: ${holds ? "holds" : "does not hold"}`,
    stored: [
      ...role("r", { can: [allow("*", when(operator, conditionKey, value))], tags: { team: "vault" } }),
      ...secret(accountA),
    ],
    asked: request(session("r"), "secretsmanager:GetSecretValue", secretArn(), asked),
    ...(holds ? {} : { refused: implicit }),
  };
}

const given = (value: string | readonly string[]): Asked => ({ context: { "x:y": value } });
const absent: Asked = {};

export const conditionCases: readonly Case[] = [
  condition("StringEquals", "StringEquals", "x:y", ["a", "b"], given("b"), true),
  condition("StringEquals, another case", "StringEquals", "x:y", "a", given("A"), false),
  condition("StringEquals, absent", "StringEquals", "x:y", "a", absent, false),
  condition("keys in any case", "StringEquals", "X:Y", "a", given("a"), true),
  condition("operators in any case", "stringequals", "x:y", "a", given("a"), true),
  condition("StringNotEquals, one of them", "StringNotEquals", "x:y", ["a", "b"], given("b"), false),
  condition("StringNotEquals, none of them", "StringNotEquals", "x:y", ["a", "b"], given("c"), true),
  condition("StringNotEquals, absent", "StringNotEquals", "x:y", "a", absent, true),
  condition("StringEqualsIgnoreCase", "StringEqualsIgnoreCase", "x:y", "aB", given("Ab"), true),
  condition("StringNotEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "x:y", "aB", given("Ab"), false),
  condition("StringLike", "StringLike", "x:y", "a*c?", given("abbcd"), true),
  condition("StringLike, a dot is a dot", "StringLike", "x:y", "a.c", given("abc"), false),
  condition("StringNotLike", "StringNotLike", "x:y", "a*", given("abc"), false),
  condition("StringEquals takes a star as it is", "StringEquals", "x:y", "a*", given("abc"), false),
  condition("StringEqualsIfExists, absent", "StringEqualsIfExists", "x:y", "a", absent, true),
  condition("StringEqualsIfExists, another value", "StringEqualsIfExists", "x:y", "a", given("b"), false),
  condition("Null true, absent", "Null", "x:y", "true", absent, true),
  condition("Null true, present", "Null", "x:y", "true", given("a"), false),
  condition("Null false, present", "Null", "x:y", "false", given("a"), true),
  condition(
    "ForAllValues, all of them",
    "ForAllValues:StringEquals",
    "x:y",
    ["a", "b"],
    given(["b", "a"]),
    true,
  ),
  condition("ForAllValues, one too many", "ForAllValues:StringEquals", "x:y", "a", given(["a", "b"]), false),
  condition("ForAllValues, absent", "ForAllValues:StringEquals", "x:y", "a", absent, true),
  condition("ForAnyValue, one of them", "ForAnyValue:StringEquals", "x:y", "a", given(["b", "a"]), true),
  condition("ForAnyValue, absent", "ForAnyValue:StringEquals", "x:y", "a", absent, false),
  condition(
    "ForAnyValue negated, one other",
    "ForAnyValue:StringNotEquals",
    "x:y",
    "a",
    given(["a", "b"]),
    true,
  ),
  condition(
    "ForAllValues negated, one the same",
    "ForAllValues:StringNotEquals",
    "x:y",
    "a",
    given(["a", "b"]),
    false,
  ),
  condition("Bool", "Bool", "aws:SecureTransport", "true", absent, true),
  condition("Bool, false", "Bool", "aws:SecureTransport", "false", absent, false),
  condition("NumericLessThan", "NumericLessThan", "x:y", "10", given("9"), true),
  condition("NumericLessThan compares numbers", "NumericLessThan", "x:y", "10", given("9.5"), true),
  condition("NumericGreaterThanEquals", "NumericGreaterThanEquals", "x:y", "10", given("10"), true),
  condition("NumericEquals, no number", "NumericEquals", "x:y", "10", given("ten"), false),
  condition("NumericNotEquals", "NumericNotEquals", "x:y", "10", given("10.0"), false),
  condition("DateGreaterThan", "DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", absent, true),
  condition("DateLessThan", "DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", absent, false),
  condition("DateLessThan in seconds", "DateLessThan", "aws:CurrentTime", "1900000000", absent, true),
  condition("IpAddress", "IpAddress", "x:y", "10.0.0.0/8", given("10.1.2.3"), true),
  condition(
    "IpAddress, outside",
    "IpAddress",
    "x:y",
    ["10.0.0.0/8", "192.168.0.1"],
    given("11.0.0.1"),
    false,
  ),
  condition("NotIpAddress", "NotIpAddress", "x:y", "10.0.0.0/8", given("10.1.2.3"), false),
  condition("IpAddress of the newer kind", "IpAddress", "x:y", "2001:db8::/32", given("2001:db8::1"), true),
  condition(
    "ArnLike, by parts",
    "ArnLike",
    "x:y",
    "arn:aws:iam::*:role/a*",
    given("arn:aws:iam::1:role/ab"),
    true,
  ),
  condition(
    "ArnLike, not over colons",
    "ArnLike",
    "x:y",
    "arn:aws:*:role/a",
    given("arn:aws:iam::1:role/a"),
    false,
  ),
  condition(
    "ArnEquals takes wildcards too",
    "ArnEquals",
    "x:y",
    "arn:aws:iam::1:role/*",
    given("arn:aws:iam::1:role/a"),
    true,
  ),
  condition("ArnNotEquals, absent", "ArnNotEquals", "x:y", "arn:aws:iam::1:role/*", absent, true),
  condition("BinaryEquals", "BinaryEquals", "x:y", "QQ==", given("QQ=="), true),
  condition("an operator that is none never allows", "StringNotEqual", "x:y", "a", given("b"), false),
  condition("tags of the caller", "StringEquals", "aws:PrincipalTag/team", "vault", absent, true),
  condition("tags of the resource", "StringEquals", "aws:ResourceTag/node", "0", absent, true),
  condition(
    "tags of the request",
    "StringEquals",
    "aws:RequestTag/a",
    "b",
    { input: { tags: { a: "b" } } },
    true,
  ),
  condition(
    "names of the request's tags",
    "ForAllValues:StringEquals",
    "aws:TagKeys",
    "a",
    { input: { Tags: [{ Key: "b", Value: "" }] } },
    false,
  ),
  condition("account of the caller", "StringEquals", "aws:PrincipalAccount", accountA, absent, true),
  condition("account of the resource", "StringEquals", "aws:ResourceAccount", accountA, absent, true),
  condition("ARN of the caller's role", "ArnEquals", "aws:PrincipalArn", roleArn("r"), absent, true),
  condition("Region", "StringEquals", "aws:RequestedRegion", region, absent, true),
  condition("endpoint", "StringEquals", "aws:SourceVpce", "vpce-1", absent, false),
  condition("a variable", "StringEquals", "x:y", "team-${aws:PrincipalTag/team}", given("team-vault"), true),
  condition(
    "a variable that is not there",
    "StringEquals",
    "x:y",
    "${aws:PrincipalTag/other}",
    given(""),
    false,
  ),
  condition(
    "a variable with a default",
    "StringEquals",
    "x:y",
    "${aws:PrincipalTag/other, 'none'}",
    given("none"),
    true,
  ),
  condition("a star by name", "StringLike", "x:y", "a${*}", given("ab"), false),
  {
    name: "several keys of an operator must all hold",
    stored: [
      ...role("r", { can: [allow("*", { Condition: { StringEquals: { "x:y": "a", "x:z": "b" } } })] }),
      ...secret(accountA),
    ],
    asked: request(session("r"), "secretsmanager:GetSecretValue", secretArn(), given("a")),
    refused: implicit,
  },
  {
    name: "several operators must all hold",
    stored: [
      ...role("r", {
        can: [allow("*", { Condition: { StringEquals: { "x:y": "a" }, Null: { "x:y": "true" } } })],
      }),
      ...secret(accountA),
    ],
    asked: request(session("r"), "secretsmanager:GetSecretValue", secretArn(), given("a")),
    refused: implicit,
  },
  {
    name: "an operator that is none still denies",
    stored: [
      ...role("r", {
        can: [allow("*"), { ...allow("*", when("StringNotEqual", "x:y", "a")), Effect: "Deny" }],
      }),
      ...secret(accountA),
    ],
    asked: request(session("r"), "secretsmanager:GetSecretValue", secretArn(), given("a")),
    refused: "with an explicit deny in an identity-based policy",
  },
  {
    name: "a user's name as a variable in a resource",
    stored: [...user("u", { can: [allow("*", { Resource: "arn:aws:s3:::files/${aws:username}/*" })] })],
    asked: request(asUser("u"), "s3:GetObject", "arn:aws:s3:::files/u/a"),
  },
  {
    name: "a user's name as a variable, of somebody else's resource",
    stored: [...user("u", { can: [allow("*", { Resource: "arn:aws:s3:::files/${aws:username}/*" })] })],
    asked: request(asUser("u"), "s3:GetObject", "arn:aws:s3:::files/v/a"),
    refused: implicit,
  },
  {
    name: "the encryption context of a request",
    stored: [
      ...role("r"),
      ...key(
        accountA,
        allow("kms:Decrypt", {
          ...to(roleArn("r")),
          ...when("StringEquals", "kms:EncryptionContext:node", "0"),
        }),
      ),
    ],
    asked: request(session("r"), "kms:Decrypt", keyArn(), { input: { EncryptionContext: { node: "0" } } }),
  },
  {
    name: "the service that a key is used through",
    stored: [
      ...role("r"),
      ...key(
        accountA,
        allow("kms:Decrypt", {
          ...to(roleArn("r")),
          ...when("StringEquals", "kms:ViaService", `s3.${region}.amazonaws.com`),
        }),
      ),
    ],
    asked: request(session("r"), "kms:Decrypt", keyArn()),
    refused: "because no resource-based policy allows the",
  },
  {
    name: "aliases of a key",
    stored: [
      ...role("r", {
        can: [allow("kms:Decrypt", when("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/one"))],
      }),
      ...key(accountA, allow("kms:*", to(accountA))),
      {
        account: accountA,
        type: "aws:kms/alias:Alias",
        id: "alias/one",
        arn: null,
        properties: { name: "alias/one", targetKeyId: "k" },
      },
    ],
    asked: request(session("r"), "kms:Decrypt", keyArn()),
  },
  {
    name: "an attestation that nobody presented",
    stored: [
      ...role("r"),
      ...key(
        accountA,
        allow("kms:Decrypt", {
          ...to(roleArn("r")),
          ...when("StringEqualsIfExists", "kms:RecipientAttestation:PCR0", "ab"),
        }),
      ),
    ],
    asked: request(session("r"), "kms:Decrypt", keyArn()),
  },
];
