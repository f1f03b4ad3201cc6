import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import type { z } from "zod";

/** Something about an input file that a person has to mend (`error`) or to look at (`warning`). */
export interface Problem {
  /** Name of the file in the input folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Where in the content: `accounts.policyNode1.id`, `environments[0].name`; empty for the file as a whole. */
  readonly path: string;
  /** What was found and what is accepted; never a secret's value. */
  readonly message: string;
  readonly hint?: string;
  readonly severity: "error" | "warning";
}

/** A finding before it has a place: the path leads to it. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint?: string;
  readonly severity?: Problem["severity"];
  /** True for findings about a key and not about its value. */
  readonly ofKey?: boolean;
}

/** A YAML text, parsed once; remembers where everything stands. */
export interface YamlFile {
  readonly name: string;
  readonly data: unknown;
  /** Problems of the text itself (syntax, keys given twice); if there is an error among them, `data` means nothing. */
  readonly problems: readonly Problem[];
  /** Gives a finding its line and column. */
  at(finding: Finding): Problem;
}

export interface YamlOptions {
  /** False for files that may hold secrets, typed in the right place or in a wrong one: what was found is then not repeated. */
  readonly quotable: boolean;
}

/** Parses a file's text (YAML 1.2) without judging its content. */
export function parseYaml(name: string, text: string, { quotable }: YamlOptions): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: Problem[] = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    file: name,
    ...place(pos[0]),
    path: "",
    // The parser's own messages quote the text.
    message: quotable
      ? `not valid YAML: ${message}`
      : `not valid YAML (${code.toLowerCase().replaceAll("_", " ")})`,
    severity:
      code === "TAG_RESOLVE_FAILED" && document.errors.every((error) => error.code !== code)
        ? "warning"
        : "error",
  }));
  let data: unknown;
  if (problems.length === 0) {
    try {
      data = document.toJS({ maxAliasCount: 100 });
    } catch {
      problems.push({
        file: name,
        line: 1,
        column: 1,
        path: "",
        message: "aliases (*name) that refer too often to each other",
        severity: "error",
      });
    }
  }
  return {
    name,
    data,
    problems,
    at: ({ path, message, hint, severity = "error", ofKey = false }) => ({
      file: name,
      ...place(offsetOf(document, path, ofKey)),
      path: pathText(path),
      message,
      ...(hint !== undefined && { hint }),
      severity,
    }),
  };
}

/** `accounts.policyNode1.id`, `environments[0].name`, `policies["update policy set"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const key = String(part);
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

/** Where a path leads: the place of a single value, the key's of a list or block; of what is missing, the nearest parent's key. */
function offsetOf(document: Document, path: readonly PropertyKey[], ofKey: boolean): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const pair: Pair | undefined = target.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(part),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(target)) {
      node = target.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return !ofKey && isScalar(node) && node.source !== "" ? (startOf(node) ?? offset) : offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

type Issue = z.core.$ZodIssue;

/** Checks a file's data against a schema; all findings at once. */
export function validate<T>(
  file: YamlFile,
  schema: z.ZodType<T>,
  { quotable }: YamlOptions,
): { readonly content: T } | { readonly problems: readonly Problem[] } {
  const result = schema.safeParse(file.data);
  if (result.success) return { content: result.data };
  return {
    problems: result.error.issues.flatMap((issue) => findingsOf(issue, file.data, quotable)).map(file.at),
  };
}

function findingsOf(issue: Issue, data: unknown, quotable: boolean): Finding[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: quotable ? `unknown key ${JSON.stringify(key)}` : "unknown key",
      hint: "mend its spelling or remove it; keys are case-sensitive",
      ofKey: true,
    }));
  }
  const found = valueAt(data, path);
  if (issue.code === "invalid_union") return unionFindings(issue, found, data, quotable);
  if (issue.code === "invalid_key")
    return [
      {
        path,
        message: `this key is not accepted here: ${issue.issues.map((one) => one.message).join("; ")}`,
      },
    ];
  const accepted = acceptedBy(issue);
  if (found === undefined)
    return [{ path, message: `${pathText(path.slice(-1))} is missing; accepted: ${accepted}` }];
  const unquoted = issue.code === "invalid_type" && issue.expected === "string" && typeof found === "number";
  return [
    {
      path,
      message: `found ${describe(found, quotable)}; accepted: ${accepted}`,
      ...(unquoted && { hint: "put the value in quotes: without them YAML reads a number" }),
    },
  ];
}

/** Of the alternatives, the one that the value was meant to be is the one that has its kind. */
function unionFindings(
  issue: Extract<Issue, { code: "invalid_union" }>,
  found: unknown,
  data: unknown,
  quotable: boolean,
): Finding[] {
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
    const start =
      found === undefined ? `${pathText(path.slice(-1))} is missing` : `found ${describe(found, quotable)}`;
    return [{ path, message: `${start}; accepted: ${[...new Set(kinds)].join(", or ")}` }];
  }
  return closest.flatMap((inner) => findingsOf({ ...inner, path: [...path, ...inner.path] }, data, quotable));
}

function acceptedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return kindNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(", ");
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitOf(issue.origin)}`;
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

function describe(found: unknown, quotable: boolean): string {
  if (found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "a block of keys";
  if (quotable) return JSON.stringify(found);
  return typeof found === "string" ? (found === "" ? "empty text" : "other text") : `a ${typeof found}`;
}

/** The value at a path of plain data. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? Reflect.get(value, part)
        : undefined,
    data,
  );
}
