import { z } from "zod";
import { nearest } from "./nearest.ts";
import { readable } from "./readable.ts";
import {
  type Finding,
  type Problem,
  pathText,
  valueAt,
  type YamlFile,
  type YamlOptions,
} from "./yaml-file.ts";
import { isTellable } from "./yaml-traps.ts";

type Issue = z.core.$ZodIssue;

export interface ValidateOptions extends YamlOptions {
  /** What a place should hold, as the line to write; told where the schema alone has nothing better to say. */
  readonly correction?: (path: readonly PropertyKey[]) => string | undefined;
}

export interface Validated<T> {
  readonly problems: readonly Problem[];
  /** Present if all of it is valid. */
  readonly content?: T;
  /** What of it is valid: see `readable`. Undefined if the file as a whole is not what it should be. */
  readonly readable: T | undefined;
}

/** Checks a file's data against a schema; all findings at once, and the valid rest for further checks. */
export function validate<T extends object>(
  file: YamlFile,
  schema: z.ZodType<T>,
  options: ValidateOptions,
): Validated<T> {
  // Unlike safeParse, run also gives what it made of the valid parts, defaults included.
  const run = schema._zod.run({ value: file.data, issues: [] }, { async: false });
  if (run instanceof Promise) throw new Error("A schema of the input files is asynchronous.");
  const value = run.value as T;
  if (run.issues.length === 0) return { problems: [], content: value, readable: value };
  const result = schema.safeParse(file.data);
  const issues = result.error?.issues ?? [];
  const context = { file, schema, options };
  const findings = issues.flatMap((issue) => findingsOf(issue, context));
  // An unknown key takes nothing from what is known.
  const invalid = issues.filter(({ code }) => code !== "unrecognized_keys").map(({ path }) => path);
  return {
    problems: withoutEchoes(findings).map(file.at),
    readable: invalid.some((path) => path.length === 0) ? undefined : readable(value, invalid),
  };
}

interface Context {
  readonly file: YamlFile;
  readonly schema: z.core.$ZodType;
  readonly options: ValidateOptions;
}

/** `meant` is the key that a mistyped one was meant to be. */
type Explained = Finding & { readonly meant?: readonly PropertyKey[]; readonly missing?: true };

/** A key that is missing because it is mistyped is one mistake and not two. */
function withoutEchoes(findings: readonly Explained[]): Finding[] {
  const meant = new Set(findings.map((one) => one.meant && pathText(one.meant)));
  return findings.filter(({ missing, path }) => !(missing && meant.has(pathText(path))));
}

function findingsOf(issue: Issue, context: Context): Explained[] {
  const { file, options } = context;
  const { path } = issue;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, context));
  const found = valueAt(file.data, path);
  if (issue.code === "invalid_union") return unionFindings(issue, found, context);
  if (issue.code === "invalid_key") {
    return [{ path, message: `this key is not accepted here: ${acceptedBy(issue)}`, ofKey: true }];
  }
  const accepted = acceptedBy(issue);
  const name = pathText(path.slice(-1));
  if (found === undefined && path.length > 0)
    return [
      {
        path,
        message: `${name} is missing; accepted: ${accepted}`,
        missing: true,
        ...hintOf(issue, context),
      },
    ];
  const { quotable } = options;
  const source = file.sourceAt(path);
  const unquoted = isTextWanted(issue) && typeof found !== "string" && source ? ` without quotes` : "";
  const shown = unquoted && quotable ? source : describe(found, quotable);
  return [{ path, message: `found ${shown}${unquoted}; accepted: ${accepted}`, ...hintOf(issue, context) }];
}

function isTextWanted(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.expected === "string";
}

/** How to mend it, with the line to write wherever that is certain; never with a value that may be secret. */
function hintOf(issue: Issue, { file, options }: Context): { readonly hint?: string } {
  const { path } = issue;
  const line = correctedLine(issue, file, options);
  if (line !== undefined) return { hint: `write: ${line}` };
  const correction = options.correction?.(path);
  if (correction !== undefined) return { hint: `write: ${correction}` };
  if (path.length === 0)
    return { hint: "write keys with their values, as in the example's file of this name" };
  const found = valueAt(file.data, path);
  if (isTextWanted(issue) && ["number", "boolean"].includes(typeof found))
    return { hint: "put the value in quotes: without them YAML reads no text" };
  return {};
}

function correctedLine(issue: Issue, file: YamlFile, { quotable }: YamlOptions): string | undefined {
  const found = valueAt(file.data, issue.path);
  const source = file.sourceAt(issue.path);
  const key = issue.path.at(-1);
  const line = (value: string) => (typeof key === "string" ? `${key}: ${value}` : value);
  // An account's id is no secret wherever it stands.
  const tellable = quotable || key === "account_id" || key === "managementAccount";
  if (isTextWanted(issue) && source && (typeof found === "number" || typeof found === "boolean")) {
    // What YAML has made of an id with a leading zero is known only as long as the text is.
    return tellable ? line(`"${source}"`) : undefined;
  }
  if (typeof found !== "string") return undefined;
  if (issue.code === "invalid_type" && issue.expected === "boolean") {
    if (/^(yes|on|true)$/i.test(found)) return line("true");
    if (/^(no|off|false)$/i.test(found)) return line("false");
  }
  if (issue.code === "invalid_type" && /^(number|int)$/.test(issue.expected) && /^\d{1,6}$/.test(found))
    return line(found);
  if (issue.code === "invalid_value") {
    const meant = nearest(
      found,
      issue.values.filter((value) => typeof value === "string"),
    );
    if (meant !== undefined) return line(meant);
  }
  if (issue.code === "invalid_format" && tellable && /^\d{11}$/.test(found) && /twelve/.test(issue.message))
    return `${line(`"0${found}"`)}, if it is the leading zero that was lost`;
  return undefined;
}

function unknownKey(path: readonly PropertyKey[], key: string, { schema, options }: Context): Explained {
  const known = keysAt(schema, path);
  const meant = nearest(key, known);
  // What stands in a key's place may be a secret too.
  const tellable = meant !== undefined || isTellable(key, options.quotable);
  return {
    path: [...path, key],
    untold: !tellable,
    message: `unknown key${tellable ? ` ${JSON.stringify(key)}` : ""}; accepted: ${known.join(", ")}`,
    hint:
      meant === undefined
        ? "mend its spelling or remove it; keys are case-sensitive"
        : `did you mean ${JSON.stringify(meant)}?`,
    ofKey: true,
    ...(meant !== undefined && { meant: [...path, meant] }),
  };
}

/** The keys that a schema knows in the block at a path. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.flatMap((option) => keysAt(option, path)))];
  const [first, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    if (first === undefined) return Object.keys(shape);
    const inner = shape[String(first)];
    return inner === undefined ? [] : keysAt(inner, rest);
  }
  if (first === undefined) return [];
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  return [];
}

/** Of the alternatives, the one that the value was meant to be is the one that has its kind. */
function unionFindings(
  issue: Extract<Issue, { code: "invalid_union" }>,
  found: unknown,
  context: Context,
): Explained[] {
  const { path } = issue;
  const meant = issue.errors.filter(
    (alternative) =>
      !alternative.some(({ code, path: inner }) => code === "invalid_type" && inner.length === 0),
  );
  const closest = meant.toSorted((a, b) => a.length - b.length)[0];
  if (closest === undefined || found === undefined) {
    const kinds = issue.errors
      .flat()
      .filter(({ code }) => code === "invalid_type")
      .map(acceptedBy);
    const { quotable } = context.options;
    const start =
      found === undefined ? `${pathText(path.slice(-1))} is missing` : `found ${describe(found, quotable)}`;
    return [
      {
        path,
        message: `${start}; accepted: ${[...new Set(kinds)].join(", or ")}`,
        ...(found === undefined && { missing: true }),
        ...hintOf(issue, context),
      },
    ];
  }
  return closest.flatMap((inner) => findingsOf({ ...inner, path: [...path, ...inner.path] }, context));
}

/** What a place takes, in words. */
export function acceptedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return kindNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(", ");
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_key":
      return issue.issues.map((one) => one.message).join("; ");
    default:
      return issue.message;
  }
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a block of keys",
  record: "a block of keys",
  array: "a list",
};

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

const longestQuote = 80;

/** What stands at a place, in words; repeated only where it can be no secret. */
export function describe(found: unknown, quotable: boolean): string {
  if (found === null || found === undefined) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "a block of keys";
  if (!quotable)
    return typeof found !== "string" ? `a ${typeof found}` : found === "" ? "empty text" : "other text";
  const text = typeof found === "string" ? JSON.stringify(found) : String(found);
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
}
