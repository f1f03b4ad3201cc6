import { describe, expect, test } from "vitest";
import { grammarProblems } from "../../isolation/grammar.ts";
import { policy, type Statement } from "../../isolation/policy.ts";
import { documentsOf } from "./documents.ts";
import { fixtureModel, sandboxModel } from "./fixture.ts";

const measured = "0a".repeat(48);
const allow: Statement = {
  Sid: "Read",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111111111111:role/reader" },
  Action: "kms:DescribeKey",
  Resource: "*",
};
const deny: Statement = { ...allow, Effect: "Deny", Principal: "*" };

describe("grammar of the policies", () => {
  test.each([
    ["production", fixtureModel()],
    ["sandbox", sandboxModel()],
  ])("every document of the model keeps to it (%s)", (_profile, model) => {
    const problems = documentsOf(model).flatMap(({ account, kind, name, document }) =>
      grammarProblems(document, kind).map((problem) => `${account} ${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  const refused: readonly (readonly [string, Statement, RegExp])[] = [
    ["NotAction", { ...allow, NotAction: "kms:Decrypt" }, /uses NotAction/],
    ["NotResource", { ...allow, NotResource: "*" }, /uses NotResource/],
    [
      "NotPrincipal",
      { ...deny, NotPrincipal: { AWS: "arn:aws:iam::111111111111:root" } },
      /uses NotPrincipal/,
    ],
    ["everybody in an Allow", { ...allow, Principal: "*" }, /names more than one principal/],
    [
      "everybody by account in an Allow",
      { ...allow, Principal: { AWS: "*" } },
      /names more than one principal/,
    ],
    ["a bare account id", { ...allow, Principal: { AWS: "111111111111" } }, /no ARN of a principal/],
    [
      "the whole account",
      { ...allow, Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action: "kms:PutKeyPolicy" },
      /without saying which role/,
    ],
    [
      "a service that is not pinned",
      { ...allow, Principal: { Service: "sns.amazonaws.com" } },
      /whichever account/,
    ],
    [
      "a Deny to one",
      { ...deny, Principal: { AWS: "arn:aws:iam::111111111111:role/reader" } },
      /a Deny is to everybody/,
    ],
    [
      "two keys in a Deny",
      { ...deny, Condition: { StringNotEquals: { "aws:PrincipalAccount": "1", "aws:SourceAccount": "2" } } },
      /one statement for each/,
    ],
    [
      "two operators in a Deny",
      {
        ...deny,
        Condition: {
          StringNotEquals: { "aws:PrincipalAccount": "1" },
          Bool: { "aws:SecureTransport": "false" },
        },
      },
      /one statement for each/,
    ],
    [
      "IfExists",
      { ...allow, Condition: { StringEqualsIfExists: { "aws:PrincipalAccount": "1" } } },
      /operator StringEqualsIfExists/,
    ],
    [
      "ForAllValues",
      { ...allow, Condition: { "ForAllValues:StringEquals": { "kms:ResourceAliases": "a" } } },
      /operator ForAllValues/,
    ],
    [
      "a misspelled key",
      { ...allow, Condition: { StringEqualsIgnoreCase: { "kms:RecipientAttestation:PCR00": measured } } },
      /not known here/,
    ],
    [
      "a debug enclave",
      {
        ...allow,
        Condition: { StringEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": "0".repeat(96) } },
      },
      /not all of them zero/,
    ],
    [
      "an upper-case measurement",
      {
        ...allow,
        Condition: { StringEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": measured.toUpperCase() } },
      },
      /96 lower-case/,
    ],
    [
      "a pattern for a measurement",
      { ...allow, Condition: { StringEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": "*" } } },
      /96 lower-case/,
    ],
    [
      "no accepted measurement",
      { ...allow, Condition: { StringEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": [] } } },
      /with nothing/,
    ],
    [
      "a measurement to be different",
      { ...allow, Condition: { StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": measured } } },
      /instead of StringEqualsIgnoreCase/,
    ],
    ["every action", { ...allow, Action: "*" }, /every action/],
    ["no Sid", { ...allow, Sid: undefined }, /no Sid/],
  ];
  test.each(refused)("refuses %s", (_what, statement, expected) => {
    expect(grammarProblems(policy(statement), "key").join("\n")).toMatch(expected);
  });

  test("refuses two statements of one Sid", () => {
    expect(grammarProblems(policy(allow, { ...allow, Action: "kms:GetKeyPolicy" }), "key")).toEqual([
      "Read: repeats a Sid",
    ]);
  });

  test("refuses an endpoint that lets everybody through", () => {
    expect(grammarProblems(policy({ ...allow, Principal: "*" }), "endpoint")).toHaveLength(1);
  });

  test("accepts a plain statement", () => {
    expect(grammarProblems(policy(allow, { ...deny, Sid: "Deny" }), "key")).toEqual([]);
  });
});
