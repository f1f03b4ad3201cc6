import { join } from "node:path";
import { folderState, RehearsalError } from "../rehearsal/folder.ts";
import { openRehearsal } from "../rehearsal/seam.ts";
import { awsCloud } from "./aws-cloud.ts";
import type { Cloud } from "./cloud.ts";
import { Refusal, UserError } from "./errors.ts";
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

export interface OpenedCloud {
  readonly cloud: Cloud;
  readonly inputFolder: string;
  /** Files of this machine: work folders, hand-offs, downloads. */
  readonly folder: string;
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
    const inputFolder = place.input ?? process.cwd();
    const { deployment } = await readInputs(inputFolder);
    return { cloud: awsCloud(deployment), inputFolder, folder: join(inputFolder, ".ivault") };
  }
  try {
    const rehearsal = await openRehearsal({
      folder: place.rehearsal,
      inputsFolder: place.input ?? (rehearsalBegan(place) ? undefined : place.beginWith),
      fresh: place.fresh ?? false,
      ...(place.faults === undefined ? {} : { faults: place.faults }),
      ownersRoles: (inputs) =>
        Object.values(buildModelFor(inputs).roles).filter(({ stack }) => stack === null),
    });
    return { cloud: rehearsal, inputFolder: rehearsal.inputsFolder, folder: place.rehearsal };
  } catch (error) {
    if (!(error instanceof RehearsalError)) throw error;
    const { code, message, hint } = error;
    // Somebody else's files are not bad input: a guard keeps them.
    const Kind = code === "rehearsal-folder-foreign" ? Refusal : UserError;
    throw new Kind({ code, message, hint }, { cause: error });
  }
}

function rehearsalBegan({ rehearsal, fresh }: Place): boolean {
  return rehearsal !== undefined && !fresh && folderState(rehearsal) === "rehearsal";
}
