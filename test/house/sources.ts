import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The folders that are shipped, in the order in which they may import each other. */
export const shipped = [
  "spec",
  "isolation",
  "enclave",
  "release",
  "components",
  "stacks",
  "automation",
  "rehearsal",
];

export interface Import {
  /** A file of this repository, seen from its root, or a package's name with its path. */
  readonly of: string;
  /** It leaves nothing behind when the types are taken away. */
  readonly typeOnly: boolean;
  /** It is loaded only once the program comes to it. */
  readonly late?: true;
}

export interface Source {
  /** Seen from the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Text files below a folder, seen from the repository's root; empty for a folder that does not exist yet. */
export function textFiles(folder: string): readonly string[] {
  const entries = readdirSync(posix.join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter(
      (entry) =>
        entry.isFile() &&
        !entry.parentPath.includes("/node_modules") &&
        /\.(ts|js|mjs|json|md|ya?ml|sh|mod)$|^(run|pulumi-[a-z-]+)$/.test(entry.name),
    )
    .map((entry) => posix.join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

export function read(path: string): string {
  return readFileSync(posix.join(root, path), "utf8");
}

export function sourcesOf(folder: string): readonly Source[] {
  return textFiles(folder)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const text = read(path);
      return { path, text, imports: importsIn(path, text) };
    });
}

const statements = /^(?:import|export)(\s+type)?\s(?:[\w\s{},*$]*?\sfrom\s)?\s*"([^"]+)"/gm;
const calls = /\bimport\(\s*"([^"]+)"/g;

/** What a file imports, as far as a look at its text tells; the formatter keeps imports in a form for which it does. */
export function importsIn(path: string, text: string): readonly Import[] {
  const resolved = (name: string) => (name.startsWith(".") ? posix.join(dirname(path), name) : name);
  return [
    ...[...text.matchAll(statements)].map(([, type, name = ""]) => ({
      of: resolved(name),
      typeOnly: type !== undefined,
    })),
    ...[...text.matchAll(calls)].map(([, name = ""]) => ({
      of: resolved(name),
      typeOnly: false,
      late: true as const,
    })),
  ];
}
