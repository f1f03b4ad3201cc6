import { createHash } from "node:crypto";
import { lstat, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { bootstrapSpecSchema } from "./bootstrap-spec.ts";
import { type Contents, checkTogether } from "./cross-checks.ts";
import { customerSecretsSchema } from "./customer-secrets.ts";
import { deploymentSchema } from "./deployment.ts";
import { largestFile } from "./file-text.ts";
import type { InputFile, Inputs } from "./inputs.ts";
import { readable } from "./readable.ts";
import { correctedReference, isKnownReference } from "./reference-checks.ts";
import { type ValidateOptions, validate } from "./validate.ts";
import { type WalletSpec, walletSpecSchema } from "./wallet-spec.ts";
import { type Problem, parseYaml, type YamlFile } from "./yaml-file.ts";

export type { Problem } from "./yaml-file.ts";

/** The inputs with warnings at most, or whatever keeps them from being used. */
export type LoadedInputs =
  | { readonly inputs: Inputs; readonly problems: readonly Problem[] }
  | { readonly inputs: undefined; readonly problems: readonly Problem[] };

/** One of the files: under which names it may lie, what it holds, whether messages may repeat what it says. */
interface FileKind<T> extends ValidateOptions {
  readonly names: readonly [string, string];
  readonly schema: z.ZodType<T>;
  readonly required: boolean;
}

const kinds = {
  deployment: {
    names: ["deployment.yaml", "deployment.yml"],
    schema: deploymentSchema,
    required: true,
    quotable: true,
  },
  // Holds references to secrets, and a secret pasted in place of one must not be repeated.
  walletSpec: {
    names: ["bd-wallet.yaml", "bd-wallet.yml"],
    schema: walletSpecSchema,
    required: true,
    quotable: false,
    correction: correctedReference,
    knownReference: isKnownReference,
  },
  bootstrapSpec: {
    names: ["bootstrap.yaml", "bootstrap.yml"],
    schema: bootstrapSpecSchema,
    required: true,
    quotable: true,
  },
  customerSecrets: {
    names: ["customer-secrets.yml", "customer-secrets.yaml"],
    schema: customerSecretsSchema,
    required: false,
    quotable: false,
  },
} as const;

/** What became of one file. */
export interface Loaded<T> {
  readonly problems: readonly Problem[];
  /** Present if there is a file. */
  readonly yaml?: YamlFile;
  /** As far as it is valid, for further checks. */
  readonly readable?: T | undefined;
  /** Present if it is valid by itself. */
  readonly file?: InputFile<T>;
}

/**
 * Reads and validates the input files of a folder: each by its schema, then what no schema sees, within the files and between them. All
 * problems of all files come at once. A missing customer-secrets.yml is no problem: only the infrastructure admin has it.
 *
 * @param folder - Holds deployment.yaml, bd-wallet.yaml, bootstrap.yaml, and customer-secrets.yml or not; each may end in .yaml or .yml.
 */
export async function loadInputs(folder: string): Promise<LoadedInputs> {
  const [deployment, walletSpec, bootstrapSpec, customerSecrets] = await Promise.all([
    load(folder, kinds.deployment),
    load(folder, kinds.walletSpec),
    load(folder, kinds.bootstrapSpec),
    load(folder, kinds.customerSecrets),
  ]);
  const files = { deployment, walletSpec, bootstrapSpec, customerSecrets };
  const findings = checkTogether(contentsOf(files));
  const problems = Object.entries(files).flatMap(([kind, { yaml, problems: own }]) =>
    [
      ...own,
      ...findings
        .filter(({ file }) => file === kind)
        .flatMap((finding) => (yaml === undefined ? [] : [yaml.at(finding)])),
    ].toSorted((a, b) => a.line - b.line || a.column - b.column),
  );
  if (
    problems.some(({ severity }) => severity === "error") ||
    deployment.file === undefined ||
    walletSpec.file === undefined ||
    bootstrapSpec.file === undefined
  ) {
    return { inputs: undefined, problems };
  }
  return {
    inputs: {
      folder,
      deployment: deployment.file.content,
      walletSpec: walletSpec.file,
      bootstrapSpec: bootstrapSpec.file,
      customerSecrets: customerSecrets.file,
    },
    problems,
  };
}

/** A file that is not there or is no YAML is a part that cannot be reached. */
function contentsOf(
  files: { readonly [Kind in keyof Contents]: Loaded<NonNullable<Contents[Kind]>> },
): Contents {
  const entries = Object.entries(files);
  const unreachable = entries.filter(
    ([, { readable: content, yaml }]) => content === undefined && yaml !== undefined,
  );
  const absent = entries.filter(([kind, { yaml }]) => yaml === undefined && kind !== "customerSecrets");
  return readable(
    Object.fromEntries(entries.map(([kind, file]) => [kind, file.readable])) as unknown as Contents,
    [...unreachable, ...absent].map(([kind]) => [kind]),
  );
}

async function load<T extends object>(folder: string, kind: FileKind<T>): Promise<Loaded<T>> {
  const [usual, other] = kind.names;
  const found = (await Promise.all(kind.names.map((name) => read(folder, name)))).filter(
    (one) => one !== undefined,
  );
  const [first, second] = found;
  if (first === undefined) {
    const hint = `put it into ${folder}; the name ${other} is accepted too`;
    return { problems: kind.required ? [whole(usual, "the file is missing", hint)] : [] };
  }
  if (second !== undefined) {
    const message = `${first.name} and ${second.name} are both there`;
    return {
      problems: [whole(second.name, message, "keep the one that is meant and remove the other")],
    };
  }
  if ("unreadable" in first) return { problems: [whole(first.name, first.unreadable, first.hint)] };
  return interpret(join(folder, first.name), first.name, first.bytes, kind);
}

/** A problem of a file as a whole. */
function whole(file: string, message: string, hint: string): Problem {
  return { file, line: 1, column: 1, path: "", message, hint, severity: "error" };
}

function interpret<T extends object>(
  path: string,
  name: string,
  bytes: Buffer,
  kind: FileKind<T>,
): Loaded<T> {
  const yaml = parseYaml(name, bytes, kind);
  if (!yaml.parsed) return { problems: yaml.problems, yaml };
  const { problems: own, content, readable: rest } = validate(yaml, kind.schema, kind);
  const told = new Set(yaml.problems.map(({ path, line, column }) => `${path} ${line}:${column}`));
  // A trap of the text is told once, although the schema may stumble over it too.
  const problems = [
    ...yaml.problems,
    ...own.filter(({ path, line, column }) => !told.has(`${path} ${line}:${column}`)),
  ];
  if (content === undefined) return { problems, yaml, readable: rest };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { path, text: bytes.toString("utf8"), sha256, content };
  return { problems, yaml, readable: content, file };
}

/** A specification that lies elsewhere than in an input folder, read by the same rules as the file. */
export function parseWalletSpec(name: string, bytes: Uint8Array): Loaded<WalletSpec> {
  return interpret(name, name, Buffer.from(bytes), kinds.walletSpec);
}

type Read =
  | { readonly name: string; readonly bytes: Buffer }
  | { readonly name: string; readonly unreadable: string; readonly hint: string };

/** Undefined: there is no such file. Whatever else lies under the name is something to be told. */
async function read(folder: string, name: string): Promise<Read | undefined> {
  const path = join(folder, name);
  try {
    const found = await stat(path);
    if (found.isDirectory())
      return { name, unreadable: "found a folder; accepted: a file", hint: "put the file itself there" };
    if (!found.isFile())
      return { name, unreadable: "found something that is no file", hint: "put the file itself there" };
    if (found.size > largestFile)
      return {
        name,
        unreadable: `found ${found.size} bytes; accepted: ${largestFile} at most`,
        hint: "this is something else by mistake, or was damaged: take a fresh copy",
      };
    return { name, bytes: await readFile(path) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    if (code === "ENOENT" || code === "ENOTDIR") return await linkToNothing(path, name);
    return {
      name,
      unreadable: `the file cannot be read (${code})`,
      hint: hints[code] ?? "look at the file and its folder",
    };
  }
}

const hints: Readonly<Record<string, string>> = {
  EACCES: "check its permissions",
  EPERM: "check its permissions",
  ELOOP: "it is a symbolic link that leads back to itself: put the file itself there",
};

async function linkToNothing(path: string, name: string): Promise<Read | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isSymbolicLink()
    ? {
        name,
        unreadable: "found a symbolic link to a file that is not there",
        hint: "put the file itself there, or mend the link",
      }
    : undefined;
}
