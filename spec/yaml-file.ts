import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import { type FileText, textOfBytes } from "./file-text.ts";
import { deepest, tooDeepAt, trapsOf } from "./yaml-traps.ts";

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
  /** True where the last key of the path may be a secret: it leads to the place and is not told. */
  readonly untold?: boolean;
}

/** A YAML text, parsed once; remembers where everything stands. */
export interface YamlFile {
  readonly name: string;
  readonly data: unknown;
  /** Problems of the text itself. */
  readonly problems: readonly Problem[];
  /** False: the text is no YAML, and `data` means nothing. */
  readonly parsed: boolean;
  /** Gives a finding its line and column. */
  at(finding: Finding): Problem;
  /** How a single value is written, as far as it has a form of its own: `012345678901` for the number 12345678901. */
  sourceAt(path: readonly PropertyKey[]): string | undefined;
}

export interface YamlOptions {
  /** False for files that may hold secrets, typed in the right place or in a wrong one: what was found is then not repeated. */
  readonly quotable: boolean;
  /** References to secrets that are known, and so may be repeated whatever the file is. */
  readonly knownReference?: (reference: string) => boolean;
}

/** Parses a file (UTF-8, YAML 1.2) without judging its content. */
export function parseYaml(name: string, bytes: Buffer, options: YamlOptions): YamlFile {
  const source = textOfBytes(bytes);
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const read = parseText(source, lines, options);
  const { document } = read;
  return {
    name,
    data: read.data,
    parsed: read.parsed,
    problems: [...source.findings, ...read.findings]
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, message, hint, severity = "error", ...rest }) => ({
        file: name,
        ...place(offset),
        path: "path" in rest ? pathText(rest.path ?? []) : "",
        message,
        ...(hint !== undefined && { hint }),
        severity,
      })),
    at: ({ path, message, hint, severity = "error", ofKey = false, untold = false }) => ({
      file: name,
      ...place(document === undefined ? 0 : offsetOf(document, path, ofKey)),
      path: pathText(untold ? path.slice(0, -1) : path),
      message,
      ...(hint !== undefined && { hint }),
      severity,
    }),
    sourceAt(path) {
      const node: unknown = document?.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

interface Read {
  readonly document?: Document;
  readonly data: unknown;
  readonly parsed: boolean;
  readonly findings: readonly {
    readonly offset: number;
    readonly message: string;
    readonly hint?: string;
    readonly severity?: Problem["severity"];
    readonly path?: readonly PropertyKey[];
  }[];
}

/** Where it goes wrong once, a parser finds more; these are the ones worth reading. */
const mostSyntaxErrors = 3;

function parseText({ text, whole }: FileText, lines: LineCounter, options: YamlOptions): Read {
  const unparsed = { data: undefined, parsed: false };
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    for (const { index } of text.matchAll(/^/gm)) lines.addNewLine(index);
    return { ...unparsed, findings: [tooDeep(deep)] };
  }
  try {
    // Keys given twice are found below, so that the rest of the file is checked all the same; merge keys likewise.
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      merge: true,
    });
    if (!whole) return { ...unparsed, document, findings: [] };
    if (document.errors.length > 0) {
      const tab = /^ *\t/m.exec(text);
      if (tab !== null) return { ...unparsed, document, findings: [tabAt(tab.index + tab[0].length - 1)] };
      const comment = cutByComment(text, options);
      if (comment !== undefined) return { ...unparsed, document, findings: [comment] };
      const errors = document.errors.map(({ code, message, pos }) => ({
        offset: code === "MISSING_CHAR" ? openQuote(document, pos[0]) : pos[0],
        // The parser's own messages quote the text.
        message: options.quotable
          ? `not valid YAML: ${message}`
          : `not valid YAML (${code.toLowerCase().replaceAll("_", " ")})`,
        hint:
          syntaxHints[code] ?? "look at this line and the one before: indentation, quotes, brackets, colons",
      }));
      return { ...unparsed, document, findings: errors.slice(0, mostSyntaxErrors) };
    }
    const traps = [
      ...document.warnings.map(({ pos }) => ({
        offset: pos[0],
        message: "found a tag (!…) or a directive (%…) of no known meaning; accepted: none",
        hint: "remove it",
      })),
      ...trapsOf(document, options.quotable),
    ];
    if (traps.some((trap) => "fatal" in trap)) return { ...unparsed, document, findings: traps };
    return { document, data: document.toJS({ maxAliasCount: 100 }), parsed: true, findings: traps };
  } catch (error) {
    // The parser's patience ends with aliases that multiply.
    if (!(error instanceof ReferenceError)) throw error;
    return {
      ...unparsed,
      findings: [
        {
          offset: 0,
          message: "found aliases (*name) that refer too often to each other",
          hint: "take a fresh copy, or write out what the aliases stand for",
        },
      ],
    };
  }
}

function tooDeep(offset: number) {
  return {
    offset,
    message: `found a list or block nested more than ${deepest} deep; accepted: as deep as the file needs`,
    hint: "take a fresh copy: none of the files is as deep as that",
  };
}

/** A parser notices a quote that is not closed where the text ends; a person looks for where it opens. */
function openQuote(document: Document, end: number): number {
  let start = end;
  visit(document, {
    Scalar(_, { type, range }) {
      const [from = end, to = end] = range ?? [];
      if (type?.startsWith("QUOTE_") && from < end && end <= to + 1) start = from;
    },
  });
  return start;
}

function tabAt(offset: number) {
  return {
    offset,
    message: "found a tab in front of the text; accepted: spaces",
    hint: "indent with spaces: YAML takes no tabs there",
  };
}

/** `{ name: oidc # ISSUER, type: awsSecret }`: the comment swallows the brace, and the parser stumbles lines later. */
function cutByComment(text: string, { knownReference }: YamlOptions) {
  const found = /\{[^{}#\n]*\bname: +(["']?)([^\s"'#,{}]+)#?\1 +#? *([A-Z0-9_]+)[^\n]*$/m.exec(text);
  if (found === null) return undefined;
  const [whole, , name = "", key = ""] = found;
  const reference = `${name}#${key}`;
  return {
    offset: found.index + whole.lastIndexOf(name, whole.indexOf(key)),
    message: "found a space before #: YAML takes the rest of the line for a comment, the closing brace too",
    hint: knownReference?.(reference) ? `write: name: ${reference}` : "write name, # and key without a space",
  };
}

const syntaxHints: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "remove the line --- and what follows it: one document a file",
  BAD_ALIAS:
    "an asterisk at a value's beginning refers to an anchor (&name); put a value that is none in quotes",
  MISSING_CHAR:
    "close the quote or the bracket; a value with a line break in it has to be on one line (base64 -w0)",
};

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
      // Of a key given twice the last counts.
      const pair = target.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(part));
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
