import { type Caller, isSessionOf } from "./caller.ts";
import { couldMean, isUnderstood } from "./catalogue.ts";
import type { Question } from "./conditions.ts";
import { conditionFormula, templateOf } from "./conditions.ts";
import { all, always, any, constant, type Formula, never, not, statement } from "./formula.ts";
import { accountOfRoot, type Document, sessionOf } from "./index-world.ts";
import { equals, type Operator } from "./operators.ts";
import { compile, type Pattern, plain } from "./pattern.ts";
import type { NamedPrincipal, ParsedDocument, ParsedStatement } from "./policy.ts";

/** How an Allow of a resource's policy names the caller: it decides what else the caller needs. */
export interface Naming {
  /** A user or a session by its own name: a boundary's silence does not limit it. */
  readonly itself: Formula;
  readonly role: Formula;
  readonly everybody: Formula;
  /** The caller's account: its own policies have the last word. */
  readonly account: Formula;
}

export interface Grants extends Naming {
  readonly denied: Formula;
}

/** The statements of a document that bear on a question. `on` and `name` are for the witness. */
export function grantsOf(document: Document, question: Question, on: string, name: string): Grants {
  if ("problem" in document) {
    const unreadable = (what: string) => question.unknown(`${name} of ${on} (${document.problem}), ${what}`);
    return {
      itself: never,
      role: unreadable("allowing"),
      everybody: never,
      account: never,
      denied: unreadable("denying"),
    };
  }
  const parts = { itself: [], role: [], everybody: [], account: [], denied: [] } as Record<
    keyof Grants,
    Formula[]
  >;
  for (const one of document.statements) {
    const applies = appliesTo(one, document, question);
    if (applies.kind === "constant" && !applies.value) continue;
    const reference = {
      on,
      document: name,
      index: one.index,
      ...(one.sid === undefined ? {} : { sid: one.sid }),
    };
    const naming = one.principals === undefined ? namesAll : namingOf(one, question);
    const put = (place: keyof Grants, named: Formula) =>
      parts[place].push(statement(reference, all([named, applies])));
    if (one.effect === "Deny") put("denied", any(Object.values(naming)));
    else for (const place of ["itself", "role", "everybody", "account"] as const) put(place, naming[place]);
  }
  return {
    itself: any(parts.itself),
    role: any(parts.role),
    everybody: any(parts.everybody),
    account: any(parts.account),
    denied: any(parts.denied),
  };
}

const namesNobody: Naming = { itself: never, role: never, everybody: never, account: never };
/** A document that names no principal is about whom it is attached to. */
const namesAll: Naming = { ...namesNobody, itself: always };

function appliesTo(one: ParsedStatement, document: ParsedDocument, question: Question): Formula {
  const action = actionFormula(one, question);
  if (action.kind === "constant" && !action.value) return never;
  const resource = resourceFormula(one, document, question);
  if (resource.kind === "constant" && !resource.value) return never;
  const conditions = one.conditions.map((condition) =>
    conditionFormula(condition, document.variables, question),
  );
  const uncertain = one.problems.length > 0 ? [question.unknown(one.problems.join(", "))] : [];
  return all([action, resource, ...conditions, ...uncertain]);
}

/** Names of actions are compared without their case. */
function actionPattern(written: string): Pattern {
  return compile(plain(written), "text", true);
}

function actionFormula({ actions, notActions }: ParsedStatement, question: Question): Formula {
  const { action } = question.facts;
  const named = any(
    actions.map((written) => {
      if (actionPattern(written).matches(action)) return always;
      const uncertain = !isUnderstood(written) && couldMean(written, action);
      return uncertain ? question.unknown(`the action ${written}`) : never;
    }),
  );
  return notActions ? not(named) : named;
}

function resourceFormula(
  { resources, notResources }: ParsedStatement,
  { variables }: ParsedDocument,
  question: Question,
): Formula {
  if (resources === undefined) return always;
  const named = any(
    resources.map((written) =>
      written === "*"
        ? always
        : question.compare({ value: question.facts.resource }, resourceOperator, [
            templateOf(written, variables),
          ]),
    ),
  );
  return notResources ? not(named) : named;
}

const resourceOperator: Operator = { ...equals, family: "resource", wildcards: true };

function namingOf({ principals = [], notPrincipals, effect }: ParsedStatement, question: Question): Naming {
  const { caller } = question.facts;
  if (notPrincipals) return spared(principals, effect, caller, question);
  const each = principals.map((one) => nameOf(one, caller, question));
  const joined = (place: keyof Naming) => any(each.map((one) => one[place]));
  return {
    itself: joined("itself"),
    role: joined("role"),
    everybody: joined("everybody"),
    account: joined("account"),
  };
}

function nameOf({ type, value }: NamedPrincipal, caller: Caller, question: Question): Naming {
  if (type === "CanonicalUser") {
    return caller.type === "service" || caller.type === "federated"
      ? namesNobody
      : { ...namesNobody, account: question.unknown(`the canonical user ${value}`) };
  }
  if (type !== "AWS") {
    const fits = caller.type === (type === "Service" ? "service" : "federated");
    if (fits && value === "*") return { ...namesNobody, itself: question.unknown(`${type} *`) };
    return { ...namesNobody, itself: constant(fits && value === caller.arn) };
  }
  if (value === "*") return { ...namesNobody, everybody: always };
  if (caller.type === "service" || caller.type === "federated") return namesNobody;
  const account = accountOfRoot(value);
  if (account !== undefined) return { ...namesNobody, account: constant(account === caller.account) };
  if (value === caller.arn)
    return caller.type === "user" ? { ...namesNobody, itself: always } : { ...namesNobody, role: always };
  const session = sessionOf(value);
  if (session !== undefined && isSessionOf(caller, session))
    return { ...namesNobody, itself: question.sessionIs(session.name) };
  // AWS takes no wildcard inside a principal's ARN; what it would do with one is not known.
  if (/[*?]/.test(value) && compile(plain(value), "text").matches(caller.arn))
    return { ...namesNobody, role: question.unknown(`the principal ${value}`) };
  return namesNobody;
}

/**
 * NotPrincipal: whoever is listed with everything that it is (account, role, session) is spared by a Deny; whoever is not listed at
 * all is denied; of what lies between AWS's documentation says only that it may surprise.
 */
function spared(
  principals: readonly NamedPrincipal[],
  effect: "Allow" | "Deny",
  caller: Caller,
  question: Question,
): Naming {
  const listed = principals.map((one) => nameOf(one, caller, question));
  const place = (name: keyof Naming) => any(listed.map((one) => one[name]));
  const account = place("account");
  const everybody = place("everybody");
  const role = place("role");
  const itself = place("itself");
  const something = any([account, everybody, role, itself]);
  const uncertain = question.unknown("NotPrincipal that lists a part of the caller");
  const isRole = caller.type === "role";
  const wholly =
    effect === "Deny" && isRole
      ? all([account, role, itself])
      : effect === "Deny" && caller.type === "user"
        ? all([account, itself])
        : any([role, itself, caller.type === "root" ? account : never]);
  return {
    ...namesNobody,
    everybody: all([not(any([everybody, wholly])), any([not(something), uncertain])]),
  };
}
