/** A small change of the evaluator that makes it wrong. */
export interface Mutant {
  readonly name: string;
  /** In isolation/evaluation/. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: "an absent key satisfies no negated operator",
    file: "operators.ts",
    from: 'return operator.quantifier === "one" && operator.negated;',
    to: "return false;",
  },
  {
    name: "ForAllValues of an absent key is false",
    file: "operators.ts",
    from: 'if (operator.ifExists || operator.quantifier === "all") return true;',
    to: "if (operator.ifExists) return true;",
  },
  {
    name: "IfExists of an absent key is false",
    file: "operators.ts",
    from: 'if (operator.ifExists || operator.quantifier === "all") return true;',
    to: 'if (operator.quantifier === "all") return true;',
  },
  {
    name: "Null is turned round",
    file: "operators.ts",
    from: "matches(String(absent))",
    to: "matches(String(!absent))",
  },
  {
    name: "ForAllValues takes one value",
    file: "operators.ts",
    from: 'if (operator.quantifier === "all") return elements.every(one);',
    to: 'if (operator.quantifier === "all") return elements.some(one);',
  },
  {
    name: "less is at most",
    file: "operators.ts",
    from: 'if (order === "less") return given < limit;',
    to: 'if (order === "less") return given <= limit;',
  },
  {
    name: "an unknown operator is not looked at",
    file: "conditions.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source's text
    from: "if (operator === undefined) return question.unknown(`the operator ${condition.operator}`);",
    to: "if (operator === undefined) return any([constant(true)]);",
  },
  {
    name: "an unknown key is absent",
    file: "facts.ts",
    from: 'if (place === "unknown") return { kind: "stranger" };',
    to: 'if (place === "unknown") return absent;',
  },
  {
    name: "a measurement can be shown with every call",
    file: "facts.ts",
    from: 'if (place === "never carried") return absent;',
    to: "",
  },
  {
    name: "a stranger carries no tags",
    file: "facts.ts",
    from: 'if (stranger) return open("chosen", key);',
    to: "if (stranger) return absent;",
  },
  {
    name: "an unlisted account is in no organization",
    file: "facts.ts",
    from: "if (listed === undefined) return open(unlisted, key);",
    to: "if (listed === undefined) return absent;",
  },
  {
    name: "a resource's tag is the caller's to choose",
    file: "facts.ts",
    from: 'return role === undefined ? open("unknown", key) : tagFact(role.tags, key);',
    to: 'return role === undefined ? open("chosen", key) : tagFact(role.tags, key);',
  },
  {
    name: "names of actions have a case",
    file: "statements.ts",
    from: 'return compile(plain(written), "text", true);',
    to: 'return compile(plain(written), "text", false);',
  },
  {
    name: "NotAction is Action",
    file: "statements.ts",
    from: "return notActions ? not(named) : named;",
    to: "return named;",
  },
  {
    name: "NotResource is Resource",
    file: "statements.ts",
    from: "return notResources ? not(named) : named;",
    to: "return named;",
  },
  {
    name: "everybody is nobody",
    file: "statements.ts",
    from: 'if (value === "*") return { ...namesNobody, everybody: always };',
    to: 'if (value === "*") return namesNobody;',
  },
  {
    name: "an account's name means every account",
    file: "statements.ts",
    from: "constant(account === caller.account)",
    to: "constant(account.length === caller.account.length)",
  },
  {
    name: "a session's name means every session of the role",
    file: "statements.ts",
    from: "return { ...namesNobody, itself: question.sessionIs(session.name) };",
    to: "return { ...namesNobody, itself: always };",
  },
  {
    name: "a Deny reaches only who is named by name",
    file: "statements.ts",
    from: 'put("denied", any(Object.values(naming)))',
    to: 'put("denied", any([naming.itself, naming.role]))',
  },
  {
    name: "a key's policy does not need to name the account",
    file: "sides.ts",
    from: 'return { allowed: kind === "alone" ? direct : any([direct, byIdentity]), denied: policy.denied };',
    to: "return { allowed: any([direct, byIdentity]), denied: policy.denied };",
  },
  {
    name: "across accounts the resource's side is enough",
    file: "sides.ts",
    from: "const across = all([named, byIdentity]);",
    to: "const across = named;",
  },
  {
    name: "a boundary does not limit a role",
    file: "sides.ts",
    from: "all([policy.role, identity.withinBoundary]),",
    to: "policy.role,",
  },
  {
    name: "a boundary's Deny is forgotten",
    file: "sides.ts",
    from: "boundary?.denied ?? never",
    to: "never",
  },
  {
    name: "the account passes on what no identity policy allows",
    file: "sides.ts",
    from: "all([any([policy.account, granted.account]), byIdentity]),",
    to: "any([policy.account, granted.account]),",
  },
  {
    name: "a grant opens every operation",
    file: "sides.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source's text
    from: "`kms:${operation}`.toLowerCase() === action.toLowerCase()",
    to: 'action.startsWith("kms:") && operation !== ""',
  },
  {
    name: "organization policies bind the management account",
    file: "organizations.ts",
    from: "if (manages || ",
    to: "if (",
  },
  {
    name: "resource control policies bind by the caller's account",
    file: "organizations.ts",
    from: "? targetsOf(question, resourceAccount, skipped)",
    to: "? targetsOf(question, caller.account, skipped)",
  },
  {
    name: "what depends on an unknown fact is refused",
    file: "search.ts",
    from: "if (found.value === undefined) undecided ??= found.settled;",
    to: "",
  },
  {
    name: "the first value of a key is the only one",
    file: "search.ts",
    from: "for (const choice of domainOf(key).values) {",
    to: "for (const choice of domainOf(key).values.slice(0, 1)) {",
  },
  {
    name: "an unknown fact is what helps the caller",
    file: "search.ts",
    from: 'const isChosen = (key: string) => open.get(key)?.kind === "chosen";',
    to: "const isChosen = (key: string) => open.has(key);",
  },
  {
    name: "an ARN's wildcard runs over colons",
    file: "pattern.ts",
    from: 'const inside = kind !== "text" && colons < 5;',
    to: "const inside = false;",
  },
  {
    name: "a wildcard out of a variable is a wildcard",
    file: "pattern.ts",
    from: 'const wildcard = kind !== "literal" && !literal[at] &&',
    to: 'const wildcard = kind !== "literal" &&',
  },
  {
    name: "only what is excepted counts",
    file: "access.ts",
    from: "...excepted.map(not)",
    to: "...excepted",
  },
];
