import type { PolicyRule } from "./wallet-spec.ts";

/** What an operation looks like to the rules: one value of everything that a rule can ask for. */
interface Case {
  readonly destination: "internal" | "external";
  readonly trigger: string;
  readonly update: string;
  readonly asset: string;
  readonly amounts: Readonly<Record<string, number>>;
}

/** Above this many cases rules are compared in pairs instead: no file of the vendor's comes near. */
const mostCases = 200_000;

/**
 * For each rule the earlier rules that leave nothing for it to decide; empty where it can decide something. The first rule that matches
 * decides (the older policy language), so a rule is dead when the earlier ones together match everything that it matches.
 */
export function shadowsOf(rules: readonly PolicyRule[]): readonly (readonly number[])[] {
  const dimensions = dimensionsOf(rules);
  const size = dimensions.reduce((product, { length }) => product * length, 1);
  const cases = size * rules.length > mostCases ? undefined : [...casesOf(dimensions)];
  return rules.map((rule, index) => {
    if (cases === undefined) {
      const covering = rules.slice(0, index).findIndex((earlier) => covers(earlier, rule));
      return covering < 0 ? [] : [covering];
    }
    const shadows = new Set<number>();
    for (const one of cases) {
      if (!matches(rule, one)) continue;
      const first = rules.findIndex((candidate) => matches(candidate, one));
      if (first === index) return [];
      shadows.add(first);
    }
    return [...shadows].sort((a, b) => a - b);
  });
}

const anythingElse = "(anything else)";

type Partial = (one: Case) => Case;

function dimensionsOf(rules: readonly PolicyRule[]): Partial[][] {
  const named = (values: readonly (string | undefined)[]) => [
    ...new Set(values.filter((value) => value !== undefined)),
    anythingElse,
  ];
  const updates = new Set(["transfer", "stake", "unstake", ""]);
  const currencies = new Set(rules.flatMap(({ AmountCurrency }) => AmountCurrency ?? []));
  const amounts = [...currencies].map((currency) => {
    const thresholds = rules.flatMap(({ AmountCurrency, MinAmount }) =>
      AmountCurrency === currency && MinAmount !== undefined ? Number(MinAmount) : [],
    );
    return [...new Set([0, ...thresholds])].map(
      (amount): Partial =>
        (one) => ({ ...one, amounts: { ...one.amounts, [currency]: amount } }),
    );
  });
  return [
    (["internal", "external"] as const).map((destination) => (one: Case) => ({ ...one, destination })),
    named(rules.map(({ TriggerGroup }) => TriggerGroup)).map((trigger) => (one: Case) => ({
      ...one,
      trigger,
    })),
    [...updates].map((update) => (one: Case) => ({ ...one, update })),
    named(rules.flatMap(({ TxCurrencies = [] }) => TxCurrencies)).map((asset) => (one: Case) => ({
      ...one,
      asset,
    })),
    ...amounts,
  ];
}

function* casesOf(
  [first, ...rest]: readonly Partial[][],
  start: Case = { destination: "internal", trigger: "", update: "", asset: "", amounts: {} },
): Generator<Case> {
  if (first === undefined) {
    yield start;
    return;
  }
  for (const choose of first) yield* casesOf(rest, choose(start));
}

function matches(rule: PolicyRule, one: Case): boolean {
  const { DestinationType, TriggerGroup, PolicyUpdateOpType, TxCurrencies, MinAmount, AmountCurrency } = rule;
  return (
    (DestinationType === undefined || DestinationType === one.destination) &&
    (TriggerGroup === undefined || TriggerGroup === one.trigger) &&
    (PolicyUpdateOpType === undefined || PolicyUpdateOpType === one.update) &&
    (TxCurrencies === undefined || TxCurrencies.includes(one.asset)) &&
    // An amount without its currency is a mistake of its own, and says of no case that it matches.
    (MinAmount === undefined ||
      (AmountCurrency !== undefined && (one.amounts[AmountCurrency] ?? 0) >= Number(MinAmount)))
  );
}

/** The earlier rule matches whatever the later one matches. */
function covers(earlier: PolicyRule, later: PolicyRule): boolean {
  const same = (key: "DestinationType" | "TriggerGroup" | "PolicyUpdateOpType") =>
    earlier[key] === undefined || earlier[key] === later[key];
  return (
    same("DestinationType") &&
    same("TriggerGroup") &&
    same("PolicyUpdateOpType") &&
    (earlier.TxCurrencies === undefined ||
      (later.TxCurrencies?.every((asset) => earlier.TxCurrencies?.includes(asset)) ?? false)) &&
    (earlier.MinAmount === undefined ||
      Number(earlier.MinAmount) === 0 ||
      (earlier.AmountCurrency === later.AmountCurrency &&
        Number(earlier.MinAmount) <= Number(later.MinAmount)))
  );
}
