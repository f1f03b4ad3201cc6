import { accountOfRoot, type IndexedWorld, sessionOf } from "../evaluation/index-world.ts";
import { compile, isFixed, type Pattern, type PatternText, plain } from "../evaluation/pattern.ts";
import type { NamedPrincipal } from "../evaluation/policy.ts";
import { identityParts, matches, oneOf } from "./matching.ts";
import { and, type Declarations, equals, literal, no, not, or, type Term, yes } from "./terms.ts";

/**
 * Whoever calls, as free strings: a role in one of its sessions, a user, a root or a service. An ARN is kept in its parts, kind, account
 * and name with its path, because most comparisons are with a whole ARN and then need no theory of concatenation.
 */
export interface SymbolicCaller {
  readonly account: Term;
  readonly name: Term;
  readonly session: Term;
  readonly isService: Term;
  readonly isRole: Term;
  readonly isUser: Term;
  readonly isRoot: Term;
  readonly service: Term;
  /** Services act for themselves in no account. */
  readonly isIdentity: Term;
}

export function declareCaller(declarations: Declarations): SymbolicCaller {
  const kind = declarations.constant("caller's kind", "String", (term) => [
    oneOf(term, ["role", "user", "root", "service"]),
  ]);
  const is = (value: string) => equals(kind, literal(value));
  // An account's twelve digits are not demanded: it makes counterexamples slow to find and no policy tells the difference.
  const account = declarations.constant("caller's account", "String", (term) => [
    equals(is("service"), equals(term, literal(""))),
  ]);
  const name = declarations.constant("caller's name", "String", (term) => [
    `(=> ${is("root")} ${equals(term, literal(""))})`,
  ]);
  return {
    account,
    name,
    session: declarations.constant("caller's session name", "String"),
    service: declarations.constant("caller's service", "String"),
    isService: is("service"),
    isRole: is("role"),
    isUser: is("user"),
    isRoot: is("root"),
    isIdentity: not(is("service")),
  };
}

/** The caller is exactly this role, user, root or service. */
export function isIdentity(caller: SymbolicCaller, arn: string): Term {
  const parts = identityParts(plain(arn));
  if (parts === undefined) return and(caller.isService, equals(caller.service, literal(arn)));
  return and(equals(caller.account, literal(parts.account)), hasName(caller, plain(parts.name), true));
}

/** Whether what `aws:PrincipalArn` holds matches; for callers that carry it. */
export function arnMatches(
  caller: SymbolicCaller,
  written: PatternText,
  pattern: Pattern,
  { world }: IndexedWorld,
): Term {
  if (isFixed(pattern)) {
    // No ARN of an identity has such characters; a name differs from another in more than its case.
    if (/[*?]/.test(written.text)) return no;
    const same = pattern.ignoreCase ? world.principals.filter(({ arn }) => pattern.matches(arn)) : [];
    return and(
      caller.isIdentity,
      or(...[written.text, ...same.map(({ arn }) => arn)].map((arn) => isIdentity(caller, arn))),
    );
  }
  if (written.text === "*") return yes;
  const parts = written.literal.length > 0 ? undefined : identityParts(written);
  if (parts === undefined) return matches(arnTerm(caller), pattern);
  return and(equals(caller.account, literal(parts.account)), hasName(caller, plain(parts.name), false));
}

/** The part of an ARN behind the account: `role/` or `user/` with path and name, or `root`. */
function hasName(caller: SymbolicCaller, written: PatternText, fixed: boolean): Term {
  const [, kind, name] = /^(role|user)\/(.*)$/s.exec(written.text) ?? [];
  const pattern = (text: string) => compile(plain(text), fixed ? "literal" : "text");
  if (name === undefined)
    return fixed
      ? and(caller.isRoot, written.text === "root" ? yes : no)
      : matches(nameTerm(caller), pattern(written.text));
  return and(kind === "role" ? caller.isRole : caller.isUser, matches(caller.name, pattern(name)));
}

function nameTerm({ isRole, isUser, name }: SymbolicCaller): Term {
  return `(ite ${isRole} (str.++ "role/" ${name}) (ite ${isUser} (str.++ "user/" ${name}) "root"))`;
}

/** What `aws:PrincipalArn` holds. */
export function arnTerm(caller: SymbolicCaller): Term {
  return `(str.++ "arn:aws:iam::" ${caller.account} ":" ${nameTerm(caller)})`;
}

/** How a policy's principal names the caller, by what AWS then still asks for. */
export interface SymbolicNaming {
  readonly itself: Term;
  readonly role: Term;
  readonly everybody: Term;
  readonly account: Term;
}

const nobody: SymbolicNaming = { itself: "false", role: "false", everybody: "false", account: "false" };

export function namingBy(
  caller: SymbolicCaller,
  { type, value }: NamedPrincipal,
  declarations: Declarations,
  world: IndexedWorld,
): SymbolicNaming {
  if (type === "Service")
    return { ...nobody, itself: and(caller.isService, equals(caller.service, literal(value))) };
  if (type === "Federated") return nobody;
  if (type === "CanonicalUser")
    return {
      ...nobody,
      account: and(caller.isIdentity, declarations.unknown(`the canonical user ${value}`)),
    };
  if (value === "*") return { ...nobody, everybody: yes };
  const account = accountOfRoot(value);
  if (account !== undefined)
    return { ...nobody, account: and(caller.isIdentity, equals(caller.account, literal(account))) };
  const session = sessionOf(value);
  if (session !== undefined) return { ...nobody, itself: isSession(caller, session, world) };
  if (/[*?]/.test(value)) {
    const pattern = compile(plain(value), "text");
    const fits = and(caller.isIdentity, arnMatches(caller, plain(value), pattern, world));
    return { ...nobody, role: and(fits, declarations.unknown(`the principal ${value}`)) };
  }
  const exact = isIdentity(caller, value);
  return { ...nobody, itself: and(caller.isUser, exact), role: and(not(caller.isUser), exact) };
}

/** A session's ARN tells no path, but a role's name is its own in an account: a listed role is the one that is meant. */
export function isSession(
  caller: SymbolicCaller,
  { account, role, name }: { account: string; role: string; name: string },
  { roles }: IndexedWorld,
): Term {
  const listed = roles.get(`${account}/${role}`);
  const named =
    listed === undefined
      ? or(equals(caller.name, literal(role)), `(str.suffixof ${literal(`/${role}`)} ${caller.name})`)
      : isIdentity(caller, listed.arn);
  return and(
    caller.isRole,
    equals(caller.account, literal(account)),
    equals(caller.session, literal(name)),
    named,
  );
}
