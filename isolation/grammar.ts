import type { OneOrMany, PolicyDocument, Statement } from "./policy.ts";

/** What a document is attached to; it decides who may be named in it. */
export type DocumentKind =
  | "trust"
  | "identity"
  | "key"
  | "secret"
  | "bucket"
  | "repository"
  | "endpoint"
  | "topic";

/** Operators that our documents use. `…IfExists` and `ForAllValues` are absent because both are true of an absent key. */
const operators = new Set([
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "ForAnyValue:StringEquals",
  "ArnEquals",
  "ArnNotEquals",
  "ArnLike",
  "ArnNotLike",
  "Bool",
  "Null",
]);

/** Condition keys that our documents use. A key that AWS does not know would silently be absent, and a Deny on it vacuous. */
const conditionKeys = [
  /^aws:(MultiFactorAuthPresent|PrincipalAccount|PrincipalArn|RequestedRegion|ResourceAccount|SecureTransport|SourceAccount|SourceArn)$/,
  /^aws:ResourceTag\/aws:rds:primaryDBInstanceArn$/,
  /^iam:(AWSServiceName|PassedToService)$/,
  /^kms:(GrantIsForAWSResource|KeyOrigin|MultiRegion|ResourceAliases|ViaService)$/,
  /^kms:EncryptionContext:(SecretVersionId|aws:logs:arn|configurationKey|deployment|node)$/,
  /^kms:RecipientAttestation:PCR([0-9]|[12][0-9]|3[01])$/,
  /^s3:x-amz-acl$/,
  // Audience and subject of a pipeline's identity provider.
  /^[a-z0-9.-]+\.[a-z]+(\/[A-Za-z0-9._/-]+)?:(aud|sub)$/,
];

const measurement = /^(?!0{96}$)[0-9a-f]{96}$/;
const readOnly = /^[a-z0-9]+:(Describe|Get|List)[A-Za-z]*\*?$/;
const attestationKey = /^kms:RecipientAttestation:/;
const pins = ["aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext:aws:logs:arn"];

function list(value: OneOrMany | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function testsOf(statement: Statement): readonly Test[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) })),
  );
}

/**
 * Checks that a document stays within the narrow part of AWS's policy grammar that ours are written in and that the proof reads:
 * whatever is not in it could be understood in two ways.
 *
 * @returns one sentence a problem, beginning with the statement's Sid or number; empty when there is none.
 */
export function grammarProblems(document: PolicyDocument, kind: DocumentKind): readonly string[] {
  const sids = document.Statement.map((statement) => statement.Sid);
  return [
    ...(document.Statement.length === 0 ? ["The document has no statement."] : []),
    ...document.Statement.flatMap((statement, index) => {
      const problems = [
        ...shapeProblems(statement, kind),
        ...principalProblems(statement, kind),
        ...conditionProblems(statement),
      ];
      if (statement.Sid !== undefined && sids.indexOf(statement.Sid) !== index)
        problems.push("repeats a Sid");
      return problems.map((problem) => `${statement.Sid ?? `Statement ${index + 1}`}: ${problem}`);
    }),
  ];
}

function shapeProblems(statement: Statement, kind: DocumentKind): string[] {
  const problems: string[] = [];
  if (!/^[A-Za-z0-9]+$/.test(statement.Sid ?? "")) problems.push("has no Sid of letters and digits");
  for (const element of ["NotAction", "NotResource", "NotPrincipal"] as const) {
    if (statement[element] !== undefined)
      problems.push(`uses ${element}, which admits whatever it does not name`);
  }
  if (list(statement.Action).length === 0) problems.push("names no action");
  if (list(statement.Action).includes("*")) problems.push("names every action of every service");
  if (kind === "trust" && statement.Resource !== undefined)
    problems.push("names a resource in a trust policy");
  if (kind !== "trust" && list(statement.Resource).length === 0) problems.push("names no resource");
  return problems;
}

function principalProblems(statement: Statement, kind: DocumentKind): string[] {
  const { Principal: principal, Effect: effect } = statement;
  if (kind === "identity") return principal === undefined ? [] : ["names a principal in an identity policy"];
  if (principal === undefined) return ["names no principal"];
  const tests = testsOf(statement);
  const named = principal === "*" ? ["*"] : list(principal.AWS);
  if (effect === "Deny") {
    return named.join() === "*" && (principal === "*" || Object.keys(principal).join() === "AWS")
      ? []
      : ["denies to some principals; a Deny is to everybody, with a condition that says who is spared"];
  }
  if (kind === "endpoint") {
    if (principal !== "*") return ["names a principal; an endpoint policy grants nothing"];
    return tests.length > 0 ? [] : ["lets everybody through without a condition"];
  }
  const problems: string[] = [];
  const calls = list(statement.Action);
  const bound = tests.some(({ operator, key }) => operator === "ArnEquals" && key === "aws:PrincipalArn");
  for (const arn of named) {
    if (arn.includes("*") || arn.includes("?"))
      problems.push(`allows to ${arn}, which names more than one principal`);
    else if (!/^arn:aws:(iam|sts)::\d{12}:.+$/.test(arn))
      problems.push(`allows to ${arn}, which is no ARN of a principal`);
    else if (arn.endsWith(":root") && !bound && !calls.every((call) => readOnly.test(call))) {
      problems.push(`allows ${calls.join(", ")} to all of ${arn} without saying which role`);
    }
  }
  const services = principal === "*" ? [] : list(principal.Service);
  const pinned = tests.some(
    ({ operator, key }) =>
      pins.includes(key) &&
      (operator === "StringEquals" || operator === "ArnEquals" || operator === "ArnLike"),
  );
  if (services.length > 0 && kind !== "trust" && !pinned) {
    problems.push(`allows to ${services.join(", ")} for whichever account; pin it by ${pins.join(" or ")}`);
  }
  return problems;
}

function conditionProblems(statement: Statement): string[] {
  const tests = testsOf(statement);
  const problems: string[] = [];
  if (statement.Effect === "Deny" && tests.length > 1) {
    problems.push(
      `denies under ${tests.length} conditions, which all have to be met; write one statement for each of ${tests.map(({ key }) => key).join(", ")}`,
    );
  }
  for (const { operator, key, values } of tests) {
    if (!operators.has(operator))
      problems.push(`uses the operator ${operator}; known are ${[...operators].join(", ")}`);
    if (!conditionKeys.some((known) => known.test(key)))
      problems.push(`uses the condition key ${key}, which is not known here`);
    if (values.length === 0) problems.push(`compares ${key} with nothing`);
    if (!attestationKey.test(key)) continue;
    const wanted = statement.Effect === "Allow" ? "StringEqualsIgnoreCase" : "StringNotEqualsIgnoreCase";
    if (operator !== wanted) problems.push(`compares ${key} by ${operator} instead of ${wanted}`);
    for (const value of values) {
      if (!measurement.test(value)) {
        problems.push(
          `compares ${key} with ${value}; a measurement is 96 lower-case hexadecimal digits, not all of them zero`,
        );
      }
    }
  }
  return problems;
}
