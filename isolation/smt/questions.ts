import { canonicalKey } from "../evaluation/facts.ts";
import { type IndexedWorld, indexWorld } from "../evaluation/index-world.ts";
import type { ParsedStatement } from "../evaluation/policy.ts";
import { plaintextCalls, secretWrites, sideDoors } from "../proof/actions.ts";
import {
  identifyingKeys,
  isInside,
  isPinned,
  isUncertain,
  namingDocuments,
  sparedOn,
} from "../proof/naming.ts";
import { shardAccounts } from "../proof/parties.ts";
import { pinsOf } from "../proof/reach.ts";
import { worldFindings } from "../proof/world-findings.ts";
import type { Shard, World } from "../world.ts";
import { declareCaller, isIdentity } from "./caller.ts";
import { conditionTerm } from "./conditions.ts";
import { anyPresent, keyTerm, type SymbolicRequest } from "./keys.ts";
import { oneOf } from "./matching.ts";
import { requestTerm } from "./requests.ts";
import type { SmtText } from "./solver.ts";
import { namingTerm } from "./statements.ts";
import { and, Declarations, equals, literal, no, not, or, type Term, yes } from "./terms.ts";

export type Question = SmtText;

/** P1, P2 and P3 of a world as SMT-LIB texts that ask for a counterexample: any caller, any context. */
export function smtQuestions(world: World): Question[] {
  const index = indexWorld(world);
  const findings = worldFindings(world);
  return [
    ...world.shards.map((shard) => {
      const worthless = findings.plaintext(shard).length > 0;
      return question(
        `P1:${shard.node}`,
        "a plaintext call on the sealing key, but the attested node role's",
        (scope) => or(worthless ? yes : no, plaintextTerm(index, shard, scope)),
      );
    }),
    ...world.shards.map((shard) =>
      question(
        `P2:${shard.node}`,
        "a side door of the sealing key, or a write to a secret of its vault",
        (scope) =>
          or(
            keyTermOf(index, shard, scope),
            sideDoorTerm(index, shard, scope),
            writeTerm(index, shard, scope),
          ),
      ),
    ),
    ...shardAccounts(world).map((account) => {
      const crowded = findings.naming(account).length > 0;
      return question(
        `P3:${account}`,
        "a principal outside the account whom one of its policies names",
        (scope) => or(crowded ? yes : no, namedTerm(index, account, scope)),
      );
    }),
  ];
}

interface Scope {
  readonly declarations: Declarations;
  readonly caller: ReturnType<typeof declareCaller>;
}

function question(id: string, asks: string, term: (scope: Scope) => Term): Question {
  const declarations = new Declarations();
  const counterexample = term({ declarations, caller: declareCaller(declarations) });
  const text = [
    `; ${id}: is there ${asks}?`,
    "; unsat: there is none, whoever calls and whatever they choose. sat: there is, or what is unknown decides it.",
    "(set-logic QF_SLIA)",
    ...declarations.lines(),
    `(assert ${counterexample})`,
    "(check-sat)",
  ].join("\n");
  return { id, text: `${text}\n` };
}

function plaintextTerm(index: IndexedWorld, shard: Shard, scope: Scope): Term {
  const request = requestOn(index, shard.keyArn, plaintextCalls[0], scope);
  if (request === undefined) return no;
  const attested = Object.entries(pinsOf(shard)).map(([name, values]) => {
    const key = keyTerm(canonicalKey(name), request);
    if (key.kind !== "open") return no;
    const folded = key.elements.map(({ name: value, term }) =>
      oneOf(scope.declarations.foldedOf(value, term), values),
    );
    return and(anyPresent(key.elements), ...folded);
  });
  const spared = and(isIdentity(scope.caller, shard.nodeRoleArn), ...attested);
  return and(not(spared), callsTerm(index, shard.keyArn, plaintextCalls, scope));
}

/** What the key itself is; what nobody knows may be either. */
function keyTermOf(index: IndexedWorld, { keyArn }: Shard, { declarations }: Scope): Term {
  const key = index.resources.get(keyArn);
  if (key === undefined) return no;
  const { multiRegion, origin } = key;
  return or(
    multiRegion === undefined ? declarations.unknown("the key is multi-Region") : multiRegion ? yes : no,
    origin === undefined
      ? declarations.unknown("the key's origin is not AWS_KMS")
      : origin === "AWS_KMS"
        ? no
        : yes,
  );
}

function sideDoorTerm(index: IndexedWorld, { keyArn, keyAdminArns }: Shard, scope: Scope): Term {
  const [putKeyPolicy, ...others] = sideDoors;
  const isAdmin = or(...keyAdminArns.map((arn) => isIdentity(scope.caller, arn)));
  return or(
    and(not(isAdmin), callsTerm(index, keyArn, [putKeyPolicy], scope)),
    callsTerm(index, keyArn, others, scope),
  );
}

function writeTerm(index: IndexedWorld, { secretArns, keyAdminArns, sealerArns }: Shard, scope: Scope): Term {
  const isWriter = or(...[...sealerArns, ...keyAdminArns].map((arn) => isIdentity(scope.caller, arn)));
  const writes = new Map<Term, string[]>();
  for (const secret of secretArns) {
    const term = callsTerm(index, secret, secretWrites, scope);
    writes.set(term, [...(writes.get(term) ?? []), secret]);
  }
  const resource = scope.declarations.constant("resource", "String");
  return and(not(isWriter), or(...[...writes].map(([term, secrets]) => and(oneOf(resource, secrets), term))));
}

/** One of these calls is allowed; calls of which the policies say the same share one term. */
function callsTerm(index: IndexedWorld, resource: string, actions: readonly string[], scope: Scope): Term {
  const terms = new Map<Term, string[]>();
  for (const action of actions) {
    const request = requestOn(index, resource, action, scope);
    if (request === undefined) return no;
    const term = requestTerm(request);
    terms.set(term, [...(terms.get(term) ?? []), action]);
  }
  const action = scope.declarations.constant("action", "String");
  return or(...[...terms].map(([term, calls]) => and(oneOf(action, calls), term)));
}

/** undefined: there is no such resource. */
function requestOn(
  index: IndexedWorld,
  resource: string,
  action: string,
  { declarations, caller }: Scope,
): SymbolicRequest | undefined {
  const account = index.resources.get(resource)?.account;
  if (account === undefined) return undefined;
  return { declarations, caller, world: index, action, resource, account, uses: usesIn(index, resource) };
}

/** How often each key is tested by the policies that are read for a request. */
function usesIn(index: IndexedWorld, resource: string): ReadonlyMap<string, number> {
  const policy = index.resources.get(resource)?.policy;
  const documents = [
    ...(policy == null ? [] : [index.read(policy, "resource")]),
    ...index.world.organizationPolicies.map(({ document, kind }) => index.read(document, kind)),
  ];
  const uses = new Map<string, number>();
  for (const document of documents) {
    for (const { conditions } of "problem" in document ? [] : document.statements) {
      for (const { key, values } of conditions) {
        const name = canonicalKey(key);
        uses.set(name, (uses.get(name) ?? 0) + values.length);
      }
    }
  }
  return uses;
}

function namedTerm(index: IndexedWorld, account: string, scope: Scope): Term {
  const { caller, declarations } = scope;
  const outside = and(caller.isIdentity, not(equals(caller.account, literal(account))));
  return or(
    ...namingDocuments(index.world, account).flatMap((document) => {
      const parsed = index.read(document.content, document.document === "trust" ? "trust" : "resource");
      if ("problem" in parsed)
        return [declarations.unknown(`${document.document} of ${document.on} names somebody`)];
      const spared = sparedOn(index.world, account, document.on).map((arn) => isIdentity(caller, arn));
      return parsed.statements
        .filter(({ effect }) => effect === "Allow")
        .map((statement) => {
          const where = `${document.document} of ${document.on} statement ${statement.index}`;
          const uncertain = isUncertain(statement, document) ? declarations.unknown(where) : yes;
          const foreign = namesForeign(statement, account) ? namedBy(statement, parsed.variables, where) : no;
          const services = hasOpenService(statement, document, account) ? yes : no;
          return and(uncertain, or(services, and(outside, not(or(...spared)), foreign)));
        });
    }),
  );

  function namedBy(statement: ParsedStatement, variables: boolean, where: string): Term {
    const request: SymbolicRequest = {
      declarations,
      caller,
      world: index,
      action: "kms:DescribeKey",
      resource: `arn:aws:kms:us-east-1:${account}:key/stage`,
      account,
      uses: new Map(),
    };
    const identifying = statement.conditions.filter(({ key }) => identifyingKeys.includes(key.toLowerCase()));
    return and(
      namingTerm(statement, where, request),
      ...identifying.map((condition) => conditionTerm(condition, variables, request)),
    );
  }
}

function namesForeign({ principals = [], notPrincipals }: ParsedStatement, account: string): boolean {
  return notPrincipals || principals.some((named) => named.type === "AWS" && !isInside(named, account));
}

/** Services that act for whichever account, and identities of somebody else. */
function hasOpenService(
  statement: ParsedStatement,
  document: Parameters<typeof isPinned>[1],
  account: string,
): boolean {
  if (statement.notPrincipals) return false;
  return (statement.principals ?? []).some((named) => {
    if (named.type === "AWS" || isInside(named, account)) return false;
    return named.type !== "Service" || !isPinned(statement, document, account);
  });
}
