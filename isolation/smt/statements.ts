import { couldMean, isUnderstood } from "../evaluation/catalogue.ts";
import { templateOf } from "../evaluation/conditions.ts";
import { fill } from "../evaluation/formula.ts";
import type { Document } from "../evaluation/index-world.ts";
import { compile, plain } from "../evaluation/pattern.ts";
import type { ParsedDocument, ParsedStatement } from "../evaluation/policy.ts";
import { namingBy, type SymbolicNaming } from "./caller.ts";
import { conditionTerm } from "./conditions.ts";
import type { SymbolicRequest } from "./keys.ts";
import { and, no, not, or, type Term, yes } from "./terms.ts";

export interface SymbolicDocument {
  readonly allowed: Term;
  readonly denied: Term;
}

/**
 * What a document allows and denies to the caller of a request. Everybody counts with everything on their own side, so that an Allow
 * that names the caller's account, or everybody, is as good as one by name.
 */
export function documentTerm(document: Document, where: string, request: SymbolicRequest): SymbolicDocument {
  const { declarations } = request;
  if ("problem" in document)
    return {
      allowed: declarations.unknown(`${where} may allow`),
      denied: declarations.unknown(`${where} may deny`),
    };
  const ofEffect = (effect: "Allow" | "Deny") =>
    or(
      ...document.statements
        .filter((statement) => statement.effect === effect)
        .map((statement) =>
          statementTerm(statement, document, `${where} statement ${statement.index}`, request),
        ),
    );
  return { allowed: ofEffect("Allow"), denied: ofEffect("Deny") };
}

function statementTerm(
  statement: ParsedStatement,
  document: ParsedDocument,
  where: string,
  request: SymbolicRequest,
): Term {
  const action = actionTerm(statement, where, request);
  if (action === no) return no;
  const resource = resourceTerm(statement, document, where, request);
  if (resource === no) return no;
  return and(
    action,
    resource,
    namingTerm(statement, where, request),
    ...statement.conditions.map((condition) => conditionTerm(condition, document.variables, request)),
    ...(statement.problems.length > 0 ? [request.declarations.unknown(where)] : []),
  );
}

/** Whether a statement names the caller, by its account, by name or with everybody. */
export function namingTerm(
  { principals, notPrincipals, effect }: ParsedStatement,
  where: string,
  { caller, declarations, world }: SymbolicRequest,
): Term {
  if (principals === undefined) return yes;
  const named = principals.map((principal) => namingBy(caller, principal, declarations, world));
  const place = (name: keyof SymbolicNaming) => or(...named.map((one) => one[name]));
  const [itself, role, everybody, account] = [
    place("itself"),
    place("role"),
    place("everybody"),
    place("account"),
  ];
  if (!notPrincipals) return or(itself, role, everybody, account);
  // A Deny spares for certain only whom it lists with everything that it is; a partly listed caller is uncertain.
  const wholly =
    effect === "Deny"
      ? or(
          and(caller.isRole, account, role, itself),
          and(caller.isUser, account, itself),
          and(not(caller.isRole), not(caller.isUser), or(role, itself, and(caller.isRoot, account))),
        )
      : or(role, itself, and(caller.isRoot, account));
  const uncertain = declarations.unknown(`${where} lists a part of the caller`);
  return and(not(or(everybody, wholly)), or(not(or(itself, role, everybody, account)), uncertain));
}

function actionTerm(
  { actions, notActions }: ParsedStatement,
  where: string,
  { action, declarations }: SymbolicRequest,
) {
  const named = or(
    ...actions.map((written) => {
      if (compile(plain(written), "text", true).matches(action)) return yes;
      const uncertain = !isUnderstood(written) && couldMean(written, action);
      return uncertain ? declarations.unknown(`${where} action ${written}`) : no;
    }),
  );
  return notActions ? not(named) : named;
}

function resourceTerm(
  { resources, notResources }: ParsedStatement,
  { variables }: ParsedDocument,
  where: string,
  { resource, declarations }: SymbolicRequest,
): Term {
  if (resources === undefined) return yes;
  const named = or(
    ...resources.map((written) => {
      if (written === "*") return yes;
      const text = fill(templateOf(written, variables), new Map());
      if (text == null || (text.text !== "*" && text.text.split(":").length < 6))
        return declarations.unknown(`${where} resource ${written}`);
      return compile(text, "resource").matches(resource) ? yes : no;
    }),
  );
  return notResources ? not(named) : named;
}
