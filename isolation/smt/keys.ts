import type { Caller } from "../evaluation/caller.ts";
import { factOf, type RequestFacts } from "../evaluation/facts.ts";
import type { IndexedWorld } from "../evaluation/index-world.ts";
import type { Value } from "../evaluation/operators.ts";
import { isIdentity, type SymbolicCaller } from "./caller.ts";
import { oneOf } from "./matching.ts";
import { and, type Declarations, equals, literal, not, or, type Term, yes } from "./terms.ts";

/** What a request carries under a condition key, in terms of the text's free constants. */
export type KeyTerm =
  | { readonly kind: "fixed"; readonly value: Value }
  | { readonly kind: "stranger" }
  | { readonly kind: "caller's ARN"; readonly present: Term }
  | { readonly kind: "open"; readonly elements: readonly Element[] };

/** One value that may be there. The term in lower case is a constant of its own, so that comparisons without case are equalities. */
export interface Element {
  readonly name: string;
  readonly term: Term;
  readonly present: Term;
  /** The only values that it can have. */
  readonly only?: readonly string[];
  /** What a value looks like, where a comparison with another text cannot hold. */
  readonly form?: RegExp;
}

/** What the keys of one request are looked up in. */
export interface SymbolicRequest {
  readonly declarations: Declarations;
  readonly caller: SymbolicCaller;
  readonly world: IndexedWorld;
  readonly action: string;
  readonly resource: string;
  readonly account: string;
  /** How often the documents test a key: a set needs no more elements to come out in every way. */
  readonly uses: ReadonlyMap<string, number>;
}

const mostElements = 8;
const noCaller: Caller = { type: "service", arn: "", account: "", serviceLinked: false };

/** @param key in lower case. */
export function keyTerm(key: string, request: SymbolicRequest): KeyTerm {
  const ofCaller = callerTerm(key, request);
  if (ofCaller !== undefined) return ofCaller;
  const facts: RequestFacts = {
    world: request.world,
    caller: noCaller,
    action: request.action,
    resource: request.resource,
    resourceAccount: request.account,
    listedResource: request.world.resources.get(request.resource),
    context: new Map(),
    closed: false,
  };
  const fact = factOf(key, facts);
  if (fact.kind !== "open") return fact;
  const service = /^aws:source(account|arn|orgid|orgpaths|owner)$/.test(key) ? request.caller.isService : yes;
  const { many, type, alwaysPresent } = fact.open;
  const count = many ? Math.max(1, Math.min(request.uses.get(key) ?? 1, mostElements)) : 1;
  const only = type === "Bool" ? ["true", "false"] : undefined;
  return {
    kind: "open",
    elements: Array.from({ length: count }, (_, index) =>
      element(request.declarations, count === 1 ? key : `${key}[${index}]`, service, alwaysPresent, only),
    ),
  };
}

function element(
  declarations: Declarations,
  name: string,
  possible: Term,
  always: boolean,
  only?: readonly string[],
): Element {
  const term = declarations.constant(name, "String", (one) => (only === undefined ? [] : [oneOf(one, only)]));
  const present = always ? yes : declarations.constant(`${name} is present`, "Bool");
  return { name, term, present: and(present, possible), ...(only === undefined ? {} : { only }) };
}

/** What the caller is, and does not choose. */
function callerTerm(key: string, request: SymbolicRequest): KeyTerm | undefined {
  const { caller, declarations, world } = request;
  const single = (term: Term, present: Term): KeyTerm => ({
    kind: "open",
    elements: [{ name: key, term, present }],
  });
  const free = (tie: (term: Term, present: Term) => readonly Term[], present = presence(declarations, key)) =>
    single(
      declarations.constant(key, "String", (term) => tie(term, present)),
      present,
    );
  if (key.startsWith("aws:principaltag/")) {
    const possible = and(caller.isIdentity, not(caller.isRoot), presence(declarations, key));
    return free((term, _) => tagTies(key, request, term, possible), possible);
  }
  switch (key) {
    case "aws:principalarn":
      return { kind: "caller's ARN", present: caller.isIdentity };
    case "aws:principalaccount":
      return accountTerm(key, caller);
    case "kms:calleraccount":
      return request.action.startsWith("kms:") ? accountTerm(key, caller) : fixedAbsent;
    case "aws:principalorgid":
    case "aws:principalorgpaths": {
      const possible = and(caller.isIdentity, presence(declarations, key));
      return free(
        (term) =>
          world.world.accounts.flatMap(({ id, organization }) => {
            const here = and(caller.isIdentity, equals(caller.account, literal(id)));
            if (organization === null) return [`(=> ${here} (not ${possible}))`];
            if (organization === undefined || !key.endsWith("orgid")) return [];
            return [`(=> ${here} ${and(possible, isTold(declarations, key, term, organization.id))})`];
          }),
        possible,
      );
    }
    case "aws:principaltype":
      return free(
        (term) => [
          `(=> ${caller.isRole} ${isTold(declarations, key, term, "AssumedRole")})`,
          `(=> ${caller.isUser} ${isTold(declarations, key, term, "User")})`,
          `(=> ${caller.isRoot} ${isTold(declarations, key, term, "Account")})`,
        ],
        caller.isIdentity,
      );
    case "aws:principalisawsservice":
      return {
        kind: "open",
        elements: [
          {
            name: key,
            term: `(ite ${caller.isService} "true" "false")`,
            present: yes,
            only: ["true", "false"],
          },
        ],
      };
    case "aws:principalservicename":
      return single(caller.service, caller.isService);
    case "aws:username":
      return free(
        (term) => [
          `(=> ${caller.isUser} (or (= ${term} ${caller.name}) (str.suffixof (str.++ "/" ${term}) ${caller.name})))`,
          `(not (str.contains ${term} "/"))`,
        ],
        caller.isUser,
      );
    case "aws:userid":
      return free((term) => [`(=> ${caller.isRoot} (= ${term} ${caller.account}))`], caller.isIdentity);
    case "aws:principalservicenameslist":
      return free(() => [], and(caller.isService, presence(declarations, key)));
    case "aws:assumedroot":
      return free(() => [], and(caller.isRoot, presence(declarations, key)));
    default:
      return undefined;
  }
}

function accountTerm(name: string, caller: SymbolicCaller): KeyTerm {
  return {
    kind: "open",
    elements: [{ name, term: caller.account, present: caller.isIdentity, form: /^\d{12}$/ }],
  };
}

const fixedAbsent: KeyTerm = { kind: "fixed", value: null };

function presence(declarations: Declarations, key: string): Term {
  return declarations.constant(`${key} is present`, "Bool");
}

/** The key holds a text that the world tells, whether a policy compares it with or without case. */
function isTold(declarations: Declarations, key: string, term: Term, text: string): Term {
  declarations.comparedWith(key, text);
  return equals(term, literal(text));
}

/** A listed principal has the tags that are listed; whose tags are not known, and who is not listed, has any. */
function tagTies(
  key: string,
  { caller, declarations, world }: SymbolicRequest,
  term: Term,
  present: Term,
): Term[] {
  const name = key.slice(key.indexOf("/") + 1);
  return world.world.principals.flatMap(({ arn, tags }) => {
    if (tags === undefined) return [];
    const [, value] = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name) ?? [];
    const tie = value === undefined ? not(present) : and(present, isTold(declarations, key, term, value));
    return [`(=> ${isIdentity(caller, arn)} ${tie})`];
  });
}

export function anyPresent(elements: readonly Element[]): Term {
  return or(...elements.map(({ present }) => present));
}
