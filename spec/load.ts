import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { bootstrapSpecSchema } from "./bootstrap-spec.ts";
import { checkTogether } from "./cross-checks.ts";
import { customerSecretsSchema } from "./customer-secrets.ts";
import { deploymentSchema } from "./deployment.ts";
import type { InputFile, Inputs } from "./inputs.ts";
import { type WalletSpec, walletSpecSchema } from "./wallet-spec.ts";
import { type Problem, parseYaml, validate, type YamlFile } from "./yaml-file.ts";

export type { Problem } from "./yaml-file.ts";

/** The inputs with warnings at most, or whatever keeps them from being used. */
export type LoadedInputs =
  | { readonly inputs: Inputs; readonly problems: readonly Problem[] }
  | { readonly inputs: undefined; readonly problems: readonly Problem[] };

/** One of the files: under which names it may lie, what it holds, whether messages may repeat what it says. */
interface FileKind<T> {
  readonly names: readonly [string, ...string[]];
  readonly schema: z.ZodType<T>;
  readonly required: boolean;
  readonly quotable: boolean;
}

const kinds = {
  deployment: { names: ["deployment.yaml"], schema: deploymentSchema, required: true, quotable: true },
  // Holds references to secrets, and a secret pasted in place of one must not be repeated.
  walletSpec: {
    names: ["bd-wallet.yaml", "bd-wallet.yml"],
    schema: walletSpecSchema,
    required: true,
    quotable: false,
  },
  bootstrapSpec: {
    names: ["bootstrap.yaml", "bootstrap.yml"],
    schema: bootstrapSpecSchema,
    required: true,
    quotable: true,
  },
  customerSecrets: {
    names: ["customer-secrets.yml"],
    schema: customerSecretsSchema,
    required: false,
    quotable: false,
  },
} as const;

/** What became of one file. */
export interface Loaded<T> {
  readonly problems: readonly Problem[];
  /** Present if the file was read and parsed. */
  readonly yaml?: YamlFile;
  /** Present if it is valid. */
  readonly file?: InputFile<T>;
}

/**
 * Reads and validates the input files of a folder: each by its schema, then against each other. All problems of all files come at once.
 * A missing customer-secrets.yml is no problem: only the infrastructure admin has it.
 *
 * @param folder - Holds deployment.yaml, bd-wallet.yaml, bootstrap.yaml (`.yml` is accepted for both), and customer-secrets.yml or not.
 */
export async function loadInputs(folder: string): Promise<LoadedInputs> {
  const [deployment, walletSpec, bootstrapSpec, customerSecrets] = await Promise.all([
    load(folder, kinds.deployment),
    load(folder, kinds.walletSpec),
    load(folder, kinds.bootstrapSpec),
    load(folder, kinds.customerSecrets),
  ]);
  const findings = checkTogether({
    deployment: deployment.file?.content,
    walletSpec: walletSpec.file?.content,
    bootstrapSpec: bootstrapSpec.file?.content,
  });
  const files = { deployment, walletSpec, bootstrapSpec, customerSecrets };
  const problems = Object.entries(files).flatMap(([kind, { yaml, problems: own }]) => [
    ...own,
    ...findings
      .filter(({ file }) => file === kind)
      .flatMap((finding) => (yaml === undefined ? [] : [yaml.at(finding)])),
  ]);
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

async function load<T>(folder: string, kind: FileKind<T>): Promise<Loaded<T>> {
  const [usual, ...others] = kind.names;
  const found = (await Promise.all(kind.names.map((name) => read(folder, name)))).filter(
    (one) => one !== undefined,
  );
  const whole = (file: string, message: string, hint: string): Problem => ({
    file,
    line: 1,
    column: 1,
    path: "",
    message,
    hint,
    severity: "error",
  });
  const [first, second] = found;
  if (first === undefined) {
    const hint =
      others.length === 0
        ? `put it into ${folder}`
        : `put it into ${folder}; the name ${others.join(" or ")} is accepted too`;
    return { problems: kind.required ? [whole(usual, "the file is missing", hint)] : [] };
  }
  if (second !== undefined) {
    return {
      problems: [
        whole(
          second.name,
          `${first.name} and ${second.name} are both there`,
          "keep the one that is meant and remove the other",
        ),
      ],
    };
  }
  if ("unreadable" in first)
    return {
      problems: [whole(first.name, `the file cannot be read (${first.unreadable})`, "check its permissions")],
    };
  return interpret(join(folder, first.name), first.name, first.bytes, kind);
}

function interpret<T>(path: string, name: string, bytes: Buffer, kind: FileKind<T>): Loaded<T> {
  const text = bytes.toString("utf8");
  const yaml = parseYaml(name, text, kind);
  if (yaml.problems.length > 0) return { problems: yaml.problems, yaml };
  const result = validate(yaml, kind.schema, kind);
  if ("problems" in result) return { problems: result.problems, yaml };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { problems: [], yaml, file: { path, text, sha256, content: result.content } };
}

/** A specification that lies elsewhere than in an input folder, read by the same rules as the file. */
export function parseWalletSpec(name: string, bytes: Uint8Array): Loaded<WalletSpec> {
  return interpret(name, name, Buffer.from(bytes), kinds.walletSpec);
}

async function read(
  folder: string,
  name: string,
): Promise<{ name: string; bytes: Buffer } | { name: string; unreadable: string } | undefined> {
  try {
    return { name, bytes: await readFile(join(folder, name)) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : { name, unreadable: code };
  }
}
