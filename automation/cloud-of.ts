import { join } from "node:path";
import { folderState, inputsOf, RehearsalError, refuseForeign } from "../rehearsal/folder.ts";
import type { Cloud } from "./cloud.ts";
import { Refusal, UserError } from "./errors.ts";
import { takeAllRunLocks } from "./guards/run-lock.ts";
import { readInputs } from "./inputs.ts";
import { buildModelFor } from "./model.ts";

/** Where a deployment's files are and where it goes. */
export interface Place {
  /** Folder of the four input files; undefined: those that the rehearsal began with. */
  readonly input: string | undefined;
  /** Folder of the rehearsal; undefined: AWS. */
  readonly rehearsal: string | undefined;
  /** Input files for a rehearsal that has not begun yet. */
  readonly beginWith?: string;
  /** Empty the rehearsal's folder first. */
  readonly fresh?: boolean;
  /** Faults that the rehearsal puts in the way of requests, a seed or a file; for tests. */
  readonly faults?: string | undefined;
}

/** Folders that a command reads. */
export interface Folders {
  readonly inputFolder: string;
  /** Files of this machine: work folders, hand-offs, downloads. */
  readonly folder: string;
}

export interface OpenedCloud extends Folders {
  readonly cloud: Cloud;
}

/** For what needs the files and no cloud, which takes its time to load. */
export function foldersOf(place: Place): Folders {
  const { input, rehearsal, beginWith } = place;
  if (rehearsal === undefined) return withoutRehearsal(input);
  return translated(() => {
    refuseForeign(rehearsal);
    const began = rehearsalBegan(place) ? inputsOf(rehearsal) : beginWith;
    return { inputFolder: input ?? began ?? process.cwd(), folder: rehearsal };
  });
}

function withoutRehearsal(input: string = process.cwd()): Folders {
  return { inputFolder: input, folder: join(input, ".ivault") };
}

/** Opens AWS or a rehearsal. The one place, besides the commands `rehearse` and `drill`, that knows that rehearsals exist. */
export async function openCloud(place: Place): Promise<OpenedCloud> {
  if (place.rehearsal === undefined) {
    if (place.faults !== undefined) {
      throw new UserError({
        code: "faults-on-aws",
        message:
          "--faults was given without --rehearsal: faults are put in the way of a rehearsal's requests alone.",
        hint: "leave --faults out, or name a rehearsal with --rehearsal",
      });
    }
    const folders = withoutRehearsal(place.input);
    const { deployment } = await readInputs(folders.inputFolder);
    const { awsCloud } = await import("./aws-cloud.ts");
    return { cloud: awsCloud(deployment), ...folders };
  }
  const { openRehearsal } = await import("../rehearsal/seam.ts");
  const { rehearsal: folder } = place;
  if (place.fresh) translated(() => refuseForeign(folder));
  // Nobody else's run may work in a folder that is emptied; the locks' own files go with the rest.
  const release = place.fresh ? takeAllRunLocks(folder) : undefined;
  try {
    const rehearsal = await openRehearsal({
      folder,
      inputsFolder: place.input ?? (rehearsalBegan(place) ? undefined : place.beginWith),
      fresh: place.fresh ?? false,
      ...(place.faults === undefined ? {} : { faults: place.faults }),
      ownersRoles: (inputs) =>
        Object.values(buildModelFor(inputs).roles).filter(({ stack }) => stack === null),
    });
    return { cloud: rehearsal, inputFolder: rehearsal.inputsFolder, folder };
  } catch (error) {
    throw inOurWords(error);
  } finally {
    release?.();
  }
}

function translated<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw inOurWords(error);
  }
}

function inOurWords(error: unknown): unknown {
  if (!(error instanceof RehearsalError)) return error;
  const { code, message, hint, place } = error;
  // Somebody else's files are not bad input: a guard keeps them.
  const Kind = code === "rehearsal-folder-foreign" ? Refusal : UserError;
  return new Kind({ code, message, ...place, hint }, { cause: error });
}

function rehearsalBegan({ rehearsal, fresh }: Place): boolean {
  return rehearsal !== undefined && !fresh && folderState(rehearsal) === "rehearsal";
}
