import { readFile } from "node:fs/promises";
import { TextDecoder } from "node:util";
import { parseWorld, type World } from "../isolation/world.ts";
import { type ProblemDetails, UserError } from "./errors.ts";
import { repeatedName } from "./text/json-text.ts";

/** A wrong file has a few mistakes; what is no world at all has as many as it is long. */
const mostShown = 20;

/**
 * The world that a file holds.
 *
 * @throws UserError that names every place which the format does not allow
 */
export async function readWorldFile(file: string): Promise<World> {
  const text = await textOf(file);
  const parsed = parseWorld(jsonOf(file, text));
  const repeated = repeatedName(text);
  if (repeated !== undefined) {
    const { name, ...place } = repeated;
    const message = `${file}:${place.line}:${place.column} the name ${JSON.stringify(name)} is given twice in one object; accepted: each name once, since programs differ in which of the two they read`;
    throw new UserError({ code: "invalid-world", message, file, ...place });
  }
  if ("world" in parsed) return parsed.world;
  const { problems } = parsed;
  const shown = problems.slice(0, mostShown).map((problem) => `${file}: ${problem}`);
  const rest = problems.length - shown.length;
  throw new UserError({
    code: "invalid-world",
    message: [...shown, ...(rest > 0 ? [`and ${rest} more of that kind`] : [])].join("\n"),
    file,
    hint: "`ivault prove --export FILE` writes a world in the form that is accepted",
  });
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "there is no such file",
      EISDIR: "it is a folder",
      EACCES: "this user may not read it",
    };
    throw unreadable(file, reasons[error.code ?? ""] ?? error.message, error);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, "it is no text in UTF-8", error);
  }
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === "") throw unreadable(file, "it is empty", error);
    const reason = error instanceof Error ? error.message : String(error);
    // The reason quotes the text, whatever it is.
    throw unreadable(file, reason.replace(/[\p{Cc}\p{Cf}]+/gu, " "), error);
  }
}

function unreadable(file: string, reason: string, cause: unknown): UserError {
  const details: ProblemDetails = {
    code: "unreadable-world",
    message: `${file} is no readable JSON: ${reason}`,
    file,
    hint: "name a world file, such as `ivault prove --export FILE` writes",
  };
  return new UserError(details, { cause });
}
