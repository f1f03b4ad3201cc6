import { BlockList } from "node:net";
import { asList } from "../stored-policy.ts";
import { arnLike, filledIn, like } from "./patterns.ts";
import type { Context } from "./question.ts";

/** Does this value of the request meet that value of the policy? `context` fills in the policy's variables. */
type Comparison = (asked: string, wanted: string, context: Context | undefined) => boolean;

interface Operator {
  readonly compare: Comparison;
  /** True when no value meets any wanted one, and so when the key is absent. */
  readonly negated: boolean;
}

const text =
  (fold: (value: string) => string): Comparison =>
  (asked, wanted, context) => {
    const value = filledIn(wanted, context);
    return value !== undefined && fold(asked) === fold(value);
  };
const same = text((value) => value);
const sameIgnoringCase = text((value) => value.toLowerCase());
const matching: Comparison = (asked, wanted, context) => like(wanted, asked, context);
const arn: Comparison = (asked, wanted, context) => arnLike(wanted, asked, context);
const truth: Comparison = (asked, wanted) => asked.toLowerCase() === wanted.toLowerCase();

const number = (value: string) => (value.trim() === "" ? Number.NaN : Number(value));
/** ISO 8601, or seconds since 1970. */
const date = (value: string) => (/^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value));

function ordered(
  read: (value: string) => number,
  holds: (asked: number, wanted: number) => boolean,
): Comparison {
  return (asked, wanted) => {
    const [left, right] = [read(asked), read(wanted)];
    return !Number.isNaN(left) && !Number.isNaN(right) && holds(left, right);
  };
}

const address: Comparison = (asked, wanted) => {
  const family = asked.includes(":") ? "ipv6" : "ipv4";
  const [network = "", bits] = wanted.split("/");
  if (network.includes(":") !== (family === "ipv6")) return false;
  const list = new BlockList();
  try {
    list.addSubnet(network, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  } catch {
    return false; // No network at all: nothing lies in it.
  }
  return list.check(asked, family);
};

function comparisons(name: string, read: (value: string) => number): Readonly<Record<string, Operator>> {
  const plain = (compare: Comparison): Operator => ({ compare, negated: false });
  return {
    [`${name}Equals`]: plain(ordered(read, (asked, wanted) => asked === wanted)),
    [`${name}NotEquals`]: { compare: ordered(read, (asked, wanted) => asked === wanted), negated: true },
    [`${name}LessThan`]: plain(ordered(read, (asked, wanted) => asked < wanted)),
    [`${name}LessThanEquals`]: plain(ordered(read, (asked, wanted) => asked <= wanted)),
    [`${name}GreaterThan`]: plain(ordered(read, (asked, wanted) => asked > wanted)),
    [`${name}GreaterThanEquals`]: plain(ordered(read, (asked, wanted) => asked >= wanted)),
  };
}

/** IAM user guide, "Condition operators"; names are case-insensitive. */
const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: { compare: same, negated: false },
    StringNotEquals: { compare: same, negated: true },
    StringEqualsIgnoreCase: { compare: sameIgnoringCase, negated: false },
    StringNotEqualsIgnoreCase: { compare: sameIgnoringCase, negated: true },
    StringLike: { compare: matching, negated: false },
    StringNotLike: { compare: matching, negated: true },
    // AWS: "ArnEquals and ArnLike behave identically".
    ArnEquals: { compare: arn, negated: false },
    ArnLike: { compare: arn, negated: false },
    ArnNotEquals: { compare: arn, negated: true },
    ArnNotLike: { compare: arn, negated: true },
    Bool: { compare: truth, negated: false },
    BinaryEquals: { compare: (asked: string, wanted: string) => asked === wanted, negated: false },
    IpAddress: { compare: address, negated: false },
    NotIpAddress: { compare: address, negated: true },
    ...comparisons("Numeric", number),
    ...comparisons("Date", date),
  }).map(([name, operator]) => [name.toLowerCase(), operator]),
);

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * Do all conditions of a statement hold? Several operators and several keys must all hold, several values of a key are alternatives.
 *
 * @param variables whether `${…}` means anything in this document
 * @returns "unknown" when an operator is none of AWS's, which must then neither allow nor fail to deny
 */
export function conditionsHold(
  conditions: Conditions | undefined,
  context: Context,
  variables: boolean,
): boolean | "unknown" {
  const outcomes = Object.entries(conditions ?? {}).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, wanted]) =>
      holds(name, context.get(key.toLowerCase()), asList(wanted), variables ? context : undefined),
    ),
  );
  if (outcomes.includes(false)) return false;
  return outcomes.includes("unknown") ? "unknown" : true;
}

function holds(
  name: string,
  asked: readonly string[] | undefined,
  wanted: readonly string[],
  context: Context | undefined,
): boolean | "unknown" {
  const [, set, plain = "", ifExists] =
    /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(name.toLowerCase()) ?? [];
  if (plain === "null") {
    return wanted.some((value) => (asked === undefined) === (value.toLowerCase() === "true"));
  }
  const operator = operators.get(plain);
  if (operator === undefined) return "unknown";
  if (asked === undefined && ifExists !== undefined) return true;
  const meets = (value: string) => wanted.some((each) => operator.compare(value, each, context));
  const one = (value: string) => meets(value) !== operator.negated;
  // Over a set: "for all" holds of no values at all, "for any" does not.
  if (set === "forallvalues") return (asked ?? []).every(one);
  if (set === "foranyvalue") return (asked ?? []).some(one);
  if (asked === undefined) return operator.negated;
  return operator.negated ? asked.every(one) : asked.some(one);
}

/** Operators of these conditions that are none of AWS's. */
export function unknownOperators(conditions: Conditions | undefined): readonly string[] {
  return Object.keys(conditions ?? {}).filter((name) => {
    const plain = name
      .toLowerCase()
      .replace(/^(forallvalues|foranyvalue):/, "")
      .replace(/ifexists$/, "");
    return plain !== "null" && !operators.has(plain);
  });
}
