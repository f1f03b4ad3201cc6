// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so.
import fc from "fast-check";
import {
  admin,
  bounded,
  key,
  managementRole,
  member,
  memberRole,
  node,
  outside,
  own,
  type Parts,
  person,
  root,
  session,
} from "../../isolation/evaluation/small-world.ts";
import { type Sample, samples } from "../../isolation/evaluation/worlds.ts";

type Loose = Readonly<Record<string, unknown>>;
type Place = "resource" | "trust" | "identity" | "organization";

/** Lists of names of whom NotPrincipal leaves out: nothing, a part, and everything that a caller is. */
const spared = fc.constantFrom<unknown>(
  { AWS: person },
  { AWS: [root(own), person] },
  { AWS: [root(own), node, session("one"), session("two"), person] },
  { AWS: [root(own), node, session("one"), session("two"), person, root(member), managementRole] },
  { AWS: [root(own), node] },
  { AWS: [admin, root(member), memberRole] },
  { AWS: root(outside) },
  { Service: "ec2.amazonaws.com" },
);
const named = fc.constantFrom<unknown>(
  "*",
  { AWS: session("two") },
  { AWS: [root(own), root(member)] },
  { AWS: managementRole },
  { AWS: bounded },
  { AWS: own, Service: "ec2.amazonaws.com" },
);

/** What the worlds of the other comparison lack: variables, sets of values, absent keys, attestation by its other name. */
const conditions = fc.constantFrom<Loose>(
  { StringEquals: { "aws:UserAgent": "${aws:PrincipalTag/team}" } },
  { StringNotEquals: { "aws:UserAgent": "${aws:PrincipalTag/team, 'alpha'}" } },
  { StringLike: { "aws:UserAgent": "${aws:PrincipalTag/team, 'al'}*" } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::${aws:ResourceAccount}:role/*" } },
  { StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } },
  { StringNotLikeIfExists: { "aws:username": "per*" } },
  { StringEquals: { "aws:username": "${aws:UserAgent}" } },
  { "ForAnyValue:StringEquals": { "aws:TagKeys": ["team", "node"] } },
  { "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "node"] } },
  { "ForAllValues:StringNotLike": { "aws:TagKeys": ["te*"] } },
  { "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["team"] } },
  { "ForAnyValue:StringEqualsIfExists": { "aws:TagKeys": ["node"] } },
  { "ForAllValues:StringLikeIfExists": { "aws:TagKeys": ["n?de"] } },
  { StringEqualsIfExists: { "kms:EncryptionContext:purpose": "seal" } },
  { StringNotEquals: { "kms:EncryptionContext:purpose": "seal" } },
  { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["purpose"] } },
  { "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": ["purpose", "other"] } },
  { StringEqualsIgnoreCase: { "kms:RecipientAttestation:ImageSha384": "ab".repeat(48) } },
  { StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": "ab".repeat(48) } },
  { StringEqualsIgnoreCaseIfExists: { "kms:RecipientAttestation:PCR3": "ab".repeat(48) } },
  { Null: { "kms:RecipientAttestation:ImageSha384": "true" } },
  { Null: { "aws:PrincipalTag/team": ["false"] }, Bool: { "aws:ViaAWSService": "false" } },
  { DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } },
  { DateLessThanIfExists: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } },
  { StringEquals: { "aws:PrincipalType": ["AssumedRole", "Account"] } },
  { StringEqualsIfExists: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
);

const resources = (resource: string) => {
  const [start, ...rest] = resource.split(own);
  return fc.constantFrom<Loose>(
    { Resource: [start, ...rest].join("${aws:PrincipalAccount}") },
    { Resource: `${resource.slice(0, -5)}\${aws:PrincipalTag/team}*` },
    { Resource: `${resource.slice(0, -1)}\${*}` },
    { NotResource: [`${resource.slice(0, -1)}*`, "arn:aws:s3:::another"] },
    { NotResource: "${aws:username}" },
    { Resource: `${resource.split(":").slice(0, 3).join(":")}:*` },
    { Resource: `${resource.slice(0, 12)}*:*:*:*` },
  );
};

/** Rewrites a part of a statement; the rest stays as it was drawn. */
function rewritten(statement: Loose, place: Place, resource: string): fc.Arbitrary<Loose> {
  const { Principal, Condition, Resource, NotResource, ...rest } = statement;
  const kept = <T>(part: T) => fc.constant(part);
  const only = (parts: Loose) =>
    Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const own = fc.oneof(
    { weight: 4, arbitrary: kept(only({ Principal })) },
    { weight: 2, arbitrary: spared.map((NotPrincipal) => ({ NotPrincipal })) },
    { weight: 2, arbitrary: named.map((one) => ({ Principal: one })) },
  );
  const about = fc.oneof(
    { weight: 4, arbitrary: kept(only({ Resource, NotResource })) },
    { weight: 1, arbitrary: resources(resource) },
  );
  return fc
    .tuple(
      place === "resource" || place === "trust" ? own : kept(only({ Principal })),
      place === "trust" ? kept({}) : about,
      fc.oneof(
        { weight: 2, arbitrary: kept(only({ Condition })) },
        { weight: 1, arbitrary: conditions.map((one) => ({ Condition: one })) },
      ),
    )
    .map((parts) => Object.assign({}, rest, ...parts));
}

const all = (statements: readonly Loose[] | undefined, place: Place, resource: string) =>
  fc.tuple(...(statements ?? []).map((one) => rewritten(one, place, resource)));

const grants = fc.array(
  fc.record({
    granteePrincipal: fc.constantFrom(node, admin, bounded, person, memberRole, session("one"), root(member)),
    operations: fc.constantFrom(["Decrypt"], ["GenerateDataKey", "CreateGrant"], ["DescribeKey"]),
  }),
  { maxLength: 1 },
);

/** What a request chooses beside what the samples choose. */
const moreChosen = fc.record({
  "aws:TagKeys": fc.constantFrom(null, ["team"], ["node", "team"], ["node", "other"]),
  "aws:CurrentTime": fc.constantFrom("2025-06-01T00:00:00Z", "2026-06-01T00:00:00Z"),
  "aws:ViaAWSService": fc.constantFrom("true", "false"),
});
const encryptions = fc.constantFrom<Sample["context"]>(
  { "kms:EncryptionContextKeys": null, "kms:EncryptionContext:purpose": null },
  { "kms:EncryptionContextKeys": ["purpose"], "kms:EncryptionContext:purpose": "seal" },
  {
    "kms:EncryptionContextKeys": ["purpose", "other"],
    "kms:EncryptionContext:purpose": "back-up",
    "kms:EncryptionContext:other": "x",
  },
);

const ownPolicies = [
  "key",
  "secret",
  "bucket",
  "repository",
  "memberKey",
  "memberSecret",
] as const satisfies readonly (keyof Parts)[];

/** Callers that the samples of the other comparison leave out: roots, services and an organization's management account. */
const moreCallers = fc.option(
  fc.constantFrom(root(own), root(member), root(outside), managementRole, "ec2.amazonaws.com"),
  { nil: undefined, freq: 4 },
);

/** The samples of the evaluator's other comparison, with what only these two sides both know. */
export const agreementSamples: fc.Arbitrary<Sample> = samples.chain((sample) => {
  const { parts, resource, action } = sample;
  const place = ownPolicies.find((one) => parts[one] !== undefined);
  return fc
    .record({
      own: place === undefined ? fc.constant([]) : all(parts[place] ?? [], "resource", resource),
      trust: all(parts.trust, "trust", resource),
      identity: fc.tuple(
        ...Object.entries(parts.identity ?? {}).map(([holder, statements]) =>
          all(statements, "identity", resource).map((made) => [holder, made] as const),
        ),
      ),
      boundary:
        parts.boundary === undefined ? fc.constant(undefined) : all(parts.boundary, "identity", resource),
      organizationPolicies: fc.tuple(
        ...(parts.organizationPolicies ?? []).map((one) =>
          all(one.statements, "organization", resource).map((statements) => ({ ...one, statements })),
        ),
      ),
      grants: resource === key ? grants : fc.constant([]),
      version: fc.constantFrom("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"),
      caller: moreCallers,
      chosen: moreChosen,
      encryption: encryptions,
    })
    .map((made): Sample => {
      const { boundary, caller = sample.caller, chosen, encryption } = made;
      const attests = action === "kms:Decrypt" || action === "kms:GenerateDataKey";
      const context = Object.fromEntries(
        Object.entries({ ...sample.context, ...chosen }).filter(
          ([name]) => attests || !name.startsWith("kms:RecipientAttestation:"),
        ),
      );
      return {
        ...sample,
        caller,
        parts: {
          ...parts,
          ...(place === undefined ? {} : { [place]: made.own }),
          ...(parts.trust === undefined ? {} : { trust: made.trust }),
          identity: Object.fromEntries(made.identity),
          ...(boundary === undefined ? {} : { boundary }),
          organizationPolicies: made.organizationPolicies,
          grants: made.grants,
          version: made.version,
        },
        context: { ...context, ...(attests ? encryption : {}) },
      };
    });
});
