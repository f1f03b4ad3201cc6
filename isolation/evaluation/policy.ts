/** What a document is attached to; it decides which elements a statement must and may have. */
export type DocumentKind = "trust" | "identity" | "boundary" | "resource" | "scp" | "rcp" | "endpoint";

export type PrincipalType = "AWS" | "Service" | "Federated" | "CanonicalUser";

export interface NamedPrincipal {
  readonly type: PrincipalType;
  /** `*` for everybody. */
  readonly value: string;
}

export interface ParsedCondition {
  /** As written, `ForAnyValue:StringLike` or one that nobody knows. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface ParsedStatement {
  readonly index: number;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  /** undefined where the kind of document names none. */
  readonly principals?: readonly NamedPrincipal[];
  readonly notPrincipals: boolean;
  readonly actions: readonly string[];
  readonly notActions: boolean;
  /** undefined where the kind of document names none. */
  readonly resources?: readonly string[];
  readonly notResources: boolean;
  readonly conditions: readonly ParsedCondition[];
  /** What AWS would not have accepted or what is not known here: whether the statement applies is uncertain. */
  readonly problems: readonly string[];
}

export interface ParsedDocument {
  readonly statements: readonly ParsedStatement[];
  /** Only version 2012-10-17 knows `${…}`; in the older one it is plain text. */
  readonly variables: boolean;
}

const documentElements = new Set(["Version", "Id", "Statement"]);
const statementElements = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
const principalTypes: readonly string[] = ["AWS", "Service", "Federated", "CanonicalUser"];
const namesPrincipals: ReadonlySet<DocumentKind> = new Set(["trust", "resource", "rcp", "endpoint"]);

/**
 * Reads a policy document as AWS returns it: a string or a list, one statement or several, a bare account id for that account's root.
 * Nothing is dropped: what cannot be understood is told, of the document or in the statement's `problems`.
 */
export function parseDocument(
  document: unknown,
  kind: DocumentKind,
): ParsedDocument | { readonly problem: string } {
  if (!isObject(document)) return { problem: "the document is no object" };
  const stranger = Object.keys(document).find((element) => !documentElements.has(element));
  if (stranger !== undefined) return { problem: `the document has the unknown element ${stranger}` };
  const { Version: version, Statement: written } = document;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17")
    return { problem: `the document has the unknown version ${JSON.stringify(version)}` };
  const statements = Array.isArray(written) ? written : [written];
  const parsed: ParsedStatement[] = [];
  for (const [index, statement] of statements.entries()) {
    if (!isObject(statement)) return { problem: `statement ${index} is no object` };
    const { Effect: effect } = statement;
    if (effect !== "Allow" && effect !== "Deny")
      return { problem: `statement ${index} has the unknown effect ${JSON.stringify(effect)}` };
    parsed.push(parseStatement(statement, index, effect, kind));
  }
  return { statements: parsed, variables: version === "2012-10-17" };
}

function parseStatement(
  statement: Record<string, unknown>,
  index: number,
  effect: "Allow" | "Deny",
  kind: DocumentKind,
): ParsedStatement {
  const problems = Object.keys(statement)
    .filter((element) => !statementElements.has(element))
    .map((element) => `unknown element ${element}`);
  const { Sid: sid } = statement;
  const read = (element: string, required: boolean): readonly string[] | undefined => {
    const positive = strings(statement[element]);
    const negative = strings(statement[`Not${element}`]);
    const both = statement[element] !== undefined && statement[`Not${element}`] !== undefined;
    const values = positive ?? negative;
    if (both) problems.push(`${element} beside Not${element}`);
    else if (values === undefined || values.length === 0) {
      if (required || statement[element] !== undefined || statement[`Not${element}`] !== undefined)
        problems.push(`no readable ${element}`);
    }
    return values;
  };
  // What cannot be read could be anything.
  const actions = read("Action", true) ?? ["*"];
  const resources = read("Resource", kind !== "trust");
  if (kind === "trust" && resources !== undefined) problems.push("Resource in a trust policy");
  const wantsPrincipal = namesPrincipals.has(kind);
  const written = statement.Principal ?? statement.NotPrincipal;
  const principals = namedPrincipals(written);
  if (wantsPrincipal && (principals === undefined || principals.length === 0))
    problems.push("no readable Principal");
  if (!wantsPrincipal && written !== undefined) problems.push(`Principal in a document of kind ${kind}`);
  if (statement.Principal !== undefined && statement.NotPrincipal !== undefined)
    problems.push("Principal beside NotPrincipal");
  return {
    index,
    ...(typeof sid === "string" ? { sid } : {}),
    effect,
    ...(wantsPrincipal ? { principals: principals ?? [{ type: "AWS", value: "*" }] } : {}),
    notPrincipals: statement.NotPrincipal !== undefined,
    actions,
    notActions: statement.NotAction !== undefined,
    ...(kind === "trust" || resources === undefined ? {} : { resources }),
    notResources: statement.NotResource !== undefined,
    conditions: conditionsOf(statement.Condition, problems),
    problems,
  };
}

function namedPrincipals(written: unknown): readonly NamedPrincipal[] | undefined {
  if (written === "*") return [{ type: "AWS", value: "*" }];
  if (!isObject(written)) return undefined;
  const named: NamedPrincipal[] = [];
  for (const [type, value] of Object.entries(written)) {
    const values = strings(value);
    if (!isPrincipalType(type) || values === undefined) return undefined;
    named.push(...values.map((one) => ({ type, value: one })));
  }
  return named;
}

function isPrincipalType(type: string): type is PrincipalType {
  return principalTypes.includes(type);
}

function conditionsOf(written: unknown, problems: string[]): readonly ParsedCondition[] {
  if (written === undefined) return [];
  if (!isObject(written)) {
    problems.push("an unreadable Condition");
    return [];
  }
  return Object.entries(written).flatMap(([operator, keys]) => {
    if (!isObject(keys)) {
      problems.push(`an unreadable Condition under ${operator}`);
      return [];
    }
    return Object.entries(keys).map(([key, value]) => {
      const values = strings(value);
      if (values === undefined) problems.push(`unreadable values for ${key}`);
      return { operator, key, values: values ?? [] };
    });
  });
}

/** AWS takes `true` and `5` for `"true"` and `"5"` in conditions. */
function strings(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.flatMap((one) =>
    typeof one === "string" || typeof one === "boolean" || typeof one === "number" ? [String(one)] : [],
  );
  return texts.length === list.length ? texts : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
