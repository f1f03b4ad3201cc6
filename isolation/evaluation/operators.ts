import { compile, type Pattern, type PatternText } from "./pattern.ts";

export type Family = "string" | "arn" | "resource" | "numeric" | "date" | "bool" | "binary" | "ip" | "null";

/** A condition operator, taken apart. */
export interface Operator {
  readonly family: Family;
  /** `one`: without a set prefix. */
  readonly quantifier: "one" | "any" | "all";
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly ignoreCase: boolean;
  readonly wildcards: boolean;
  /** How a number or a date compares with the policy's value. */
  readonly order: "equal" | "less" | "at most" | "greater" | "at least";
}

/** null: the key is absent from the request. */
export type Value = string | readonly string[] | null;

const base = { negated: false, ignoreCase: false, wildcards: false, order: "equal" } as const;
const orders = {
  Equals: { order: "equal" },
  NotEquals: { order: "equal", negated: true },
  LessThan: { order: "less" },
  LessThanEquals: { order: "at most" },
  GreaterThan: { order: "greater" },
  GreaterThanEquals: { order: "at least" },
} as const;

const operators: Readonly<Record<string, Omit<Operator, "quantifier" | "ifExists">>> = {
  StringEquals: { ...base, family: "string" },
  StringNotEquals: { ...base, family: "string", negated: true },
  StringEqualsIgnoreCase: { ...base, family: "string", ignoreCase: true },
  StringNotEqualsIgnoreCase: { ...base, family: "string", ignoreCase: true, negated: true },
  StringLike: { ...base, family: "string", wildcards: true },
  StringNotLike: { ...base, family: "string", wildcards: true, negated: true },
  ArnEquals: { ...base, family: "arn", wildcards: true },
  ArnLike: { ...base, family: "arn", wildcards: true },
  ArnNotEquals: { ...base, family: "arn", wildcards: true, negated: true },
  ArnNotLike: { ...base, family: "arn", wildcards: true, negated: true },
  Bool: { ...base, family: "bool", ignoreCase: true },
  BinaryEquals: { ...base, family: "binary" },
  IpAddress: { ...base, family: "ip" },
  NotIpAddress: { ...base, family: "ip", negated: true },
  Null: { ...base, family: "null", ignoreCase: true },
  ...Object.fromEntries(
    Object.entries(orders).flatMap(([name, order]) => [
      [`Numeric${name}`, { ...base, ...order, family: "numeric" as const }],
      [`Date${name}`, { ...base, ...order, family: "date" as const }],
    ]),
  ),
};

/** Equality of texts, to be varied. */
export const equals: Operator = { ...base, family: "string", quantifier: "one", ifExists: false };

/** @returns undefined for an operator that AWS's documentation does not know. */
export function parseOperator(written: string): Operator | undefined {
  const [, prefix, name = ""] = /^(?:(ForAnyValue|ForAllValues):)?(.*)$/.exec(written) ?? [];
  const ifExists = name.endsWith("IfExists");
  const known = operators[ifExists ? name.slice(0, -"IfExists".length) : name];
  if (known === undefined) return undefined;
  if (known.family === "null" && (ifExists || prefix !== undefined)) return undefined;
  const quantifier = prefix === undefined ? "one" : prefix === "ForAnyValue" ? "any" : "all";
  return { ...known, ifExists, quantifier };
}

/** How one value of a policy compares with one value of a request. */
export interface Comparison {
  readonly matches: (value: string) => boolean;
  /** For texts. */
  readonly pattern?: Pattern;
  /** Values on and beside which a number, a date or an address changes sides. */
  readonly edges?: readonly string[];
}

/** @returns undefined when the policy's value has not the operator's form, so that nobody can say what AWS makes of it. */
export function comparison(operator: Operator, written: PatternText): Comparison | undefined {
  const { family, ignoreCase, wildcards } = operator;
  if (family === "numeric" || family === "date") return ordered(operator, written.text);
  if (family === "ip") return ofAddress(written.text);
  if (family === "null" && !/^(true|false)$/i.test(written.text)) return undefined;
  const everything = written.text === "*";
  if (family === "arn" && !everything && written.text.split(":").length < 6) return undefined;
  const arns = (family === "arn" || family === "resource") && !everything;
  const kind = !wildcards ? "literal" : arns ? (family === "resource" ? "resource" : "arn") : "text";
  const pattern = compile(written, kind, ignoreCase);
  return { matches: pattern.matches, pattern };
}

/** Does the condition hold, given what the request carries? */
export function holds(operator: Operator, comparisons: readonly Comparison[], value: Value): boolean {
  const elements = value === null ? [] : typeof value === "string" ? [value] : value;
  const absent = elements.length === 0;
  if (operator.family === "null") return comparisons.some(({ matches }) => matches(String(absent)));
  if (absent) {
    if (operator.ifExists || operator.quantifier === "all") return true;
    return operator.quantifier === "one" && operator.negated;
  }
  const one = (element: string) => comparisons.some(({ matches }) => matches(element)) !== operator.negated;
  if (operator.quantifier === "all") return elements.every(one);
  if (operator.quantifier === "any") return elements.some(one);
  return operator.negated ? elements.every(one) : elements.some(one);
}

function ordered({ family, order }: Operator, text: string): Comparison | undefined {
  const parse = family === "date" ? instant : number;
  const limit = parse(text);
  if (limit === undefined) return undefined;
  const write = (value: number) => (family === "date" ? new Date(value).toISOString() : String(value));
  const gap = family === "date" ? 1000 : 0.5;
  return {
    edges: [limit - gap, limit, limit + gap].map(write),
    matches: (value) => {
      const given = parse(value);
      if (given === undefined) return false;
      if (order === "less") return given < limit;
      if (order === "at most") return given <= limit;
      if (order === "greater") return given > limit;
      return order === "at least" ? given >= limit : given === limit;
    },
  };
}

function number(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

/** An ISO 8601 date, or seconds since 1970. */
function instant(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const time = /^\d{4}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function ofAddress(text: string): Comparison | undefined {
  const [base = "", length] = text.split("/");
  const first = address(base);
  if (first === undefined) return undefined;
  const bits = length === undefined ? first.bits : Number(length);
  if (!Number.isInteger(bits) || bits < 0 || bits > first.bits) return undefined;
  const size = 1n << BigInt(first.bits - bits);
  const low = (first.value / size) * size;
  const last = (1n << BigInt(first.bits)) - 1n;
  const edges = [low - 1n, low, low + size - 1n, low + size].filter((edge) => edge >= 0n && edge <= last);
  return {
    edges: edges.map((edge) => writeAddress(edge, first.bits)),
    matches: (value) => {
      const given = address(value);
      return given?.bits === first.bits && given.value >= low && given.value < low + size;
    },
  };
}

function address(text: string): { readonly value: bigint; readonly bits: 32 | 128 } | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split(".").map(Number);
    if (bytes.some((byte) => byte > 255)) return undefined;
    return { value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n), bits: 32 };
  }
  if (!/^[0-9a-fA-F:]+$/.test(text) || !text.includes(":")) return undefined;
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const missing = 8 - groups(head).length - groups(tail ?? "").length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail ?? "")];
  return { value: all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n), bits: 128 };
}

function writeAddress(value: bigint, bits: number): string {
  const width = bits === 32 ? 8n : 16n;
  const groups = Array.from(
    { length: bits / Number(width) },
    (_, index) => (value >> (BigInt(bits) - width * BigInt(index + 1))) & ((1n << width) - 1n),
  );
  return bits === 32 ? groups.join(".") : groups.map((group) => group.toString(16)).join(":");
}
