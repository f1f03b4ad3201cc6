import fc from "fast-check";
import type { ContextValue } from "../../../isolation/evaluation/access.ts";
import {
  admin,
  bounded,
  bucket,
  key,
  member,
  memberKey,
  memberRole,
  memberSecret,
  node,
  otherPcr,
  outside,
  own,
  type Parts,
  pcr,
  person,
  repository,
  root,
  secret,
  session,
  stranger,
  target,
} from "./small-world.ts";

/** A world and one request in it. */
export interface Sample {
  readonly parts: Parts;
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  /** What the caller chose; every other chosen key is absent. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

type Loose = Record<string, unknown>;

const calls: readonly (readonly [action: string, resource: string])[] = [
  ["kms:Decrypt", key],
  ["kms:Decrypt", key],
  ["kms:GenerateDataKey", key],
  ["kms:CreateGrant", key],
  ["kms:ReEncryptFrom", key],
  ["kms:PutKeyPolicy", key],
  ["kms:Decrypt", memberKey],
  ["secretsmanager:GetSecretValue", secret],
  ["secretsmanager:PutSecretValue", secret],
  ["secretsmanager:GetSecretValue", memberSecret],
  ["s3:GetObject", `${bucket}/image.eif`],
  ["ecr:BatchGetImage", repository],
  ["sts:AssumeRole", target],
];

const named = fc.constantFrom<unknown>(
  "*",
  { AWS: "*" },
  { AWS: node },
  { AWS: [admin, person] },
  { AWS: person },
  { AWS: bounded },
  { AWS: session("one") },
  { AWS: root(own) },
  { AWS: own },
  { AWS: [memberRole, root(member)] },
  { AWS: root(outside) },
  { Service: "ec2.amazonaws.com" },
);

const actionsOf = (action: string): fc.Arbitrary<Loose> => {
  const [service = "", name = ""] = action.split(":");
  return fc.constantFrom<Loose>(
    { Action: action },
    { Action: [`${service}:${name.slice(0, 3)}*`, `${service}:List*`] },
    { Action: `${service.toUpperCase()}:${name.toLowerCase()}` },
    { Action: `${service}:*` },
    { NotAction: `${service}:${name}` },
    { NotAction: `${service}:List*` },
  );
};

const resourcesOf = (resource: string): fc.Arbitrary<Loose> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ Resource: "*" }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Loose>(
        { Resource: resource },
        { Resource: `${resource.slice(0, -3)}*` },
        { Resource: [`${resource.slice(0, -1)}?`, "arn:aws:s3:::another"] },
        { Resource: "arn:aws:s3:::another" },
        { NotResource: resource },
        { NotResource: "arn:aws:s3:::another" },
      ),
    },
  );

/**
 * The keys that a caller chooses, with the values that the samples know. An encryption context is not among them: the independent
 * evaluator drops it from a request.
 */
export const chosenValues: Readonly<Record<string, readonly ContextValue[]>> = {
  "aws:UserAgent": ["alpha", "beta", "Alphabet", null],
  "aws:SourceIp": ["10.0.0.1", "10.1.0.1", "192.0.2.1"],
  "aws:MultiFactorAuthPresent": ["true", "false", null],
  "aws:SecureTransport": ["true", "false"],
  "aws:MultiFactorAuthAge": ["10", "100", "1000", null],
  "kms:RecipientAttestation:PCR0": [pcr, otherPcr, pcr.toUpperCase(), null],
  "kms:ViaService": ["secretsmanager.eu-central-1.amazonaws.com", "s3.eu-central-1.amazonaws.com", null],
};

type Tested = readonly [
  key: string,
  operators: readonly string[],
  values: readonly (string | readonly string[])[],
];

const texts = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists"];
const facts: readonly Tested[] = [
  [
    "aws:PrincipalArn",
    ["ArnEquals", "ArnLike", "ArnNotEquals", "StringEquals", "StringNotLike"],
    [node, [admin, person], `arn:aws:iam::${own}:role/*`, `arn:aws:iam::*:user/person`],
  ],
  ["aws:PrincipalAccount", ["StringEquals", "StringNotEquals"], [own, [member, outside]]],
  [
    "aws:PrincipalOrgID",
    ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "Null"],
    ["o-member", "true"],
  ],
  ["aws:PrincipalTag/team", texts, ["shards", "sh*", ["other", "shards"]]],
];
const chosen: readonly Tested[] = [
  [
    "aws:UserAgent",
    [...texts, "StringEqualsIgnoreCase", "Null"],
    ["alpha", "al*", ["beta", "alpha"], "?lph*", "true"],
  ],
  [
    "aws:SourceIp",
    ["IpAddress", "NotIpAddress"],
    ["10.0.0.0/8", "10.1.0.0/16", ["192.0.2.0/24", "10.0.0.1/32"]],
  ],
  ["aws:MultiFactorAuthPresent", ["Bool", "BoolIfExists", "Null"], ["true", "false"]],
  ["aws:SecureTransport", ["Bool"], ["true", "false"]],
  [
    "aws:MultiFactorAuthAge",
    ["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals"],
    ["100", "50", "1000"],
  ],
];
const chosenOfKeys: readonly Tested[] = [
  [
    "kms:RecipientAttestation:PCR0",
    [
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
      "StringEquals",
      "Null",
      "ForAnyValue:StringEquals",
    ],
    [pcr, [pcr, otherPcr], "true"],
  ],
  ["kms:ViaService", texts, ["secretsmanager.*.amazonaws.com", "secretsmanager.eu-central-1.amazonaws.com"]],
  ["kms:CallerAccount", ["StringEquals", "StringNotEquals"], [own, member]],
];

function conditionsOf(action: string): fc.Arbitrary<Loose> {
  const tested = [...facts, ...chosen, ...(action.startsWith("kms:") ? chosenOfKeys : [])];
  const one = fc
    .constantFrom(...tested)
    .chain(([name, operators, values]) =>
      fc.tuple(fc.constant(name), fc.constantFrom(...operators), fc.constantFrom(...values)),
    )
    .map(([name, operator, value]): Loose => {
      const flag = operator === "Null" || operator.startsWith("Bool");
      const used = flag && value !== "false" ? "true" : value;
      return { [operator]: { [name]: used } };
    });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: one.map((Condition) => ({ Condition })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(one, one)
        .filter(([first, second]) => Object.keys(first)[0] !== Object.keys(second)[0])
        .map(([first, second]) => ({ Condition: { ...first, ...second } })),
    },
  );
}

const effect = fc.oneof(
  { weight: 3, arbitrary: fc.constant("Allow") },
  { weight: 1, arbitrary: fc.constant("Deny") },
);

export type Place = "identity" | "resource" | "trust" | "rcp";

/** A statement that has something to do with a request. */
export function statementFor(place: Place, action: string, resource: string): fc.Arbitrary<Loose> {
  const principal: fc.Arbitrary<Loose> =
    place === "identity"
      ? fc.constant({})
      : place === "rcp"
        ? fc.constant({ Principal: "*" })
        : named.map((Principal) => ({ Principal }));
  const what: fc.Arbitrary<Loose> =
    place === "trust"
      ? fc.constant({ Action: action })
      : place === "rcp"
        ? actionsOf(action).filter((one) => "Action" in one)
        : actionsOf(action);
  const where: fc.Arbitrary<Loose> = place === "trust" ? fc.constant({}) : resourcesOf(resource);
  const decides = place === "rcp" ? fc.constant("Deny") : effect;
  return fc
    .tuple(decides, principal, what, where, conditionsOf(action))
    .map(([Effect, ...parts]) => Object.assign({ Effect }, ...parts));
}

/** Random worlds with one request each, in which about one in three is allowed. */
export const samples: fc.Arbitrary<Sample> = fc
  .record({
    call: fc.constantFrom(...calls),
    caller: fc.constantFrom(admin, person, bounded, session("one"), session("two"), memberRole, stranger),
  })
  .chain(({ call: [action, resource], caller }) => {
    const list = (place: Place, most: number) =>
      fc.array(statementFor(place, action, resource), { minLength: 0, maxLength: most });
    const trusting = action === "sts:AssumeRole";
    const holder = caller.includes(":assumed-role/") ? node : caller;
    return fc
      .record({
        own: trusting ? list("trust", 3) : list("resource", 3),
        identity: list("identity", 3),
        boundary: list("identity", 2),
        scp: fc.array(fc.tuple(fc.constantFrom(own, member, "o-member"), list("identity", 1)), {
          maxLength: 2,
        }),
        rcp: fc.array(fc.tuple(fc.constantFrom(own, member, "o-member"), list("rcp", 1)), { maxLength: 1 }),
        tagged: fc.boolean(),
        context: fc.record(
          Object.fromEntries(
            Object.entries(chosenValues)
              .filter(([name]) => name.startsWith("aws:") || action.startsWith("kms:"))
              .map(([name, values]) => [name, fc.constantFrom(...values)]),
          ),
        ),
      })
      .map((made): Sample => {
        const place = trusting
          ? "trust"
          : resource === memberKey
            ? "memberKey"
            : resource === memberSecret
              ? "memberSecret"
              : action.startsWith("kms")
                ? "key"
                : action.startsWith("ecr")
                  ? "repository"
                  : action.startsWith("s3")
                    ? "bucket"
                    : "secret";
        const organization = (kind: "scp" | "rcp") =>
          made[kind]
            .filter(([, statements]) => statements.length > 0)
            .map(([on, statements]) => ({ target: on, kind, statements }));
        return {
          parts: {
            [place]: made.own,
            identity: made.identity.length > 0 ? { [holder]: made.identity } : {},
            ...(caller === bounded && made.boundary.length > 0 ? { boundary: made.boundary } : {}),
            tags: made.tagged ? { [holder]: { team: "shards" } } : {},
            organizationPolicies: [...organization("scp"), ...organization("rcp")],
          },
          caller,
          action,
          resource,
          context: made.context,
        };
      });
  });
