import { join } from "node:path";
import { z } from "zod";
import { brokerImage } from "../release/broker-image.ts";
import { type BaseImage, type BuiltImage, imageManifestSchema } from "../release/image.ts";
import { type BrokerSubjects, type ReleaseManifest, releaseManifestSchema } from "../release/manifest.ts";
import { nodeNumbers } from "../spec/deployment.ts";
import type { Inputs } from "../spec/inputs.ts";
import { Refusal } from "./errors.ts";
import { readIfPresent, writeWhole } from "./files.ts";
import { servicesOf } from "./model.ts";
import { userOf } from "./values/wallet-values.ts";

/** What the step `release` keeps on this machine, so that plans know the broker's digest without asking any registry. */
const downloadSchema = z.object({
  manifest: releaseManifestSchema,
  brokerBase: z.object({
    digest: z.string(),
    manifest: imageManifestSchema,
    config: z.custom<BaseImage["config"]>((value) => typeof value === "object" && value !== null),
  }),
});

export interface ReleaseDownload {
  readonly manifest: ReleaseManifest;
  readonly brokerBase: BaseImage;
}

/** Named after both digests that it follows from: another release or base is another file. */
function fileOf(inputs: Inputs, folder: string): string {
  const { deployer, brokerBase } = inputs.deployment.release;
  const short = (digest: string) => digest.replace("sha256:", "").slice(0, 16);
  return join(folder, "release", `${short(deployer.digest)}-${short(brokerBase.digest)}.json`);
}

/** The release as it was pulled; undefined before, and for a file of another form, which is pulled again. */
export async function readDownload(inputs: Inputs, folder: string): Promise<ReleaseDownload | undefined> {
  const text = await readIfPresent(fileOf(inputs, folder));
  return text === undefined ? undefined : downloadSchema.safeParse(JSON.parse(text)).data;
}

export async function writeDownload(
  inputs: Inputs,
  folder: string,
  download: ReleaseDownload,
): Promise<void> {
  await writeWhole(fileOf(inputs, folder), `${JSON.stringify(download, null, 2)}\n`);
}

/**
 * The broker's image for this deployment: the release's subjects, for the users that are deployed.
 *
 * @throws Refusal when the release gives a deployed component no subjects; nobody guesses them
 */
export function brokerImageFor(inputs: Inputs, { manifest, brokerBase }: ReleaseDownload): BuiltImage {
  const subjects: BrokerSubjects = {};
  for (const component of [...servicesOf(inputs), ...nodeNumbers.map((node) => `policy-node${node}`)]) {
    const user = userOf(component);
    const lists = manifest.broker.subjects[user];
    if (lists === undefined) {
      throw new Refusal({
        code: "broker-subjects-missing",
        message: `Release ${manifest.version} says nothing about what ${component} (user ${user}) may publish and subscribe to.`,
        hint: "ask the vendor for a release whose manifest names this user",
      });
    }
    subjects[user] = lists;
  }
  return brokerImage(brokerBase, subjects);
}
