import { join } from "node:path";
import { openRehearsal } from "../rehearsal/seam.ts";
import { awsCloud } from "./aws-cloud.ts";
import type { Cloud } from "./cloud.ts";
import { readInputs } from "./inputs.ts";
import type { Place } from "./installation.ts";

export interface OpenedCloud {
  readonly cloud: Cloud;
  readonly inputFolder: string;
  /** Files of this machine: work folders, hand-offs, downloads. */
  readonly folder: string;
}

/** Opens AWS or a rehearsal. The one place, besides the commands `rehearse` and `drill`, that knows that rehearsals exist. */
export async function openCloud(place: Place): Promise<OpenedCloud> {
  if (place.rehearsal === undefined) {
    const inputFolder = place.input ?? process.cwd();
    const { deployment } = await readInputs(inputFolder);
    return { cloud: awsCloud(deployment), inputFolder, folder: join(inputFolder, ".ivault") };
  }
  const rehearsal = await openRehearsal({ folder: place.rehearsal, inputsFolder: place.input, fresh: place.fresh ?? false });
  return { cloud: rehearsal, inputFolder: rehearsal.inputsFolder, folder: place.rehearsal };
}
