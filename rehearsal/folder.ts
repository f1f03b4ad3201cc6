import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Problem } from "../spec/yaml-file.ts";

const markerFile = "ivault-rehearsal.json";

/** The rehearsal's folder or the inputs it should begin with cannot be used: the user's to mend. */
export class RehearsalError extends Error {
  readonly code: "rehearsal-folder-foreign" | "rehearsal-missing" | "not-a-folder" | "invalid-input";
  readonly hint: string;
  /** Of the first error, where it is one of an input file. */
  readonly place: Partial<Pick<Problem, "file" | "line" | "column">>;
  constructor(
    code: RehearsalError["code"],
    message: string,
    hint: string,
    place: RehearsalError["place"] = {},
  ) {
    super(message);
    this.name = "RehearsalError";
    this.code = code;
    this.hint = hint;
    this.place = place;
  }
}

/**
 * Whether the folder holds a rehearsal (it has our marker), nothing, or something of somebody else's.
 *
 * @throws RehearsalError where something else than a folder stands
 */
export function folderState(folder: string): "rehearsal" | "empty" | "foreign" {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) {
    throw new RehearsalError("not-a-folder", `${folder} is a file and no folder.`, "name a folder");
  }
  if (found === undefined || readdirSync(folder).length === 0) return "empty";
  return existsSync(join(folder, markerFile)) ? "rehearsal" : "foreign";
}

/** @throws RehearsalError for a folder with files in it but without our marker, which is never touched. */
export function refuseForeign(folder: string): void {
  if (folderState(folder) !== "foreign") return;
  throw new RehearsalError(
    "rehearsal-folder-foreign",
    `${folder} is not empty and holds no rehearsal (there is no ${markerFile} in it).`,
    "name an empty or a new folder with --dir",
  );
}

/** Removes everything in a rehearsal's folder, the marker last, so that an interrupted emptying can be taken up again. */
export function emptyFolder(folder: string): void {
  refuseForeign(folder);
  if (folderState(folder) === "empty") return;
  for (const entry of readdirSync(folder)) {
    if (entry !== markerFile) rmSync(join(folder, entry), { recursive: true });
  }
  rmSync(join(folder, markerFile));
}

/** What the marker says: the folder is a rehearsal's, and which input files it began with. */
const marker = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("no JSON");
      return z.NEVER;
    }
  })
  .pipe(z.object({ rehearsal: z.literal(1), inputs: z.string() }));

/** The marker first: from then on the folder is ours, whatever happens. An existing one is kept. */
export function markFolder(folder: string, inputsFolder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, markerFile);
  if (existsSync(file)) return;
  writeFileSync(`${file}.partial`, `${JSON.stringify({ rehearsal: 1, inputs: inputsFolder })}\n`);
  renameSync(`${file}.partial`, file);
}

/** Folder of the input files that a rehearsal began with. Only the place is remembered: the files hold the customer's secrets. */
export function inputsOf(folder: string): string {
  const file = join(folder, markerFile);
  const parsed = marker.safeParse(readFileSync(file, "utf8"));
  if (parsed.success) return parsed.data.inputs;
  throw new RehearsalError(
    "rehearsal-missing",
    `${file} does not say which input files the rehearsal began with.`,
    "name them with --input, or begin anew with `ivault rehearse --fresh`",
  );
}

/** Passphrase of the engine's secrets provider, made once. */
export function passphraseFile(folder: string): string {
  const file = join(folder, "passphrase");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return file;
}
