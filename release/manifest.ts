import { z } from "zod";
import type { Deployment } from "../spec/deployment.ts";
import { parseJson, readImage } from "./image.ts";
import { readLayer } from "./layer.ts";
import { type RegistryClient, RegistryError } from "./registry.ts";

/** Where the deployer image holds its manifest. */
export const releaseManifestPath = "release.json";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/**
 * A subject that a user of the broker may be given: never a wildcard at the front, never the server's own subjects (`$SYS`, `$JS`), and
 * an inbox only with its owner's name, since whoever may read `_INBOX.>` reads everyone's replies.
 */
const subject = z
  .string()
  .regex(
    /^(?!_INBOX\.)[A-Za-z0-9_-]+(\.([A-Za-z0-9_-]+|\*))*(\.>)?$/,
    "a subject such as mpa.node.*.in, its first part a word, not _INBOX",
  );

const brokerSubjectsSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*$/, "a user's name"),
  z.object({
    publish: z.array(subject),
    subscribe: z.array(
      subject
        .regex(/^(?!_INBOX)/, "no inbox: everyone has their own, and no other")
        .regex(
          /[^*]$/,
          "a last part other than *: to the server, whoever may subscribe to a.* may subscribe to a.> too",
        ),
    ),
  }),
);
/** What each user of the broker may publish and subscribe to besides its own inbox. */
export type BrokerSubjects = z.infer<typeof brokerSubjectsSchema>;

/** What a release consists of, as the vendor's deployer image says in the file `release.json`. Later releases may say more. */
export const releaseManifestSchema = z.object({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** The release's images by component. */
  images: z.record(z.string(), z.object({ repository: z.string(), digest })),
  enclave: z.object({
    /** SHA-256 of the enclave image file, hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** PCR0 of the enclave image file (SHA-384, hexadecimal). */
    pcr0: z.string().regex(/^[0-9a-f]{96}$/),
  }),
  broker: z.object({ subjects: brokerSubjectsSchema }),
});
export type ReleaseManifest = z.infer<typeof releaseManifestSchema>;

/**
 * Reads the release manifest out of the deployer image. The digest has to be one whose signature was verified: everything read hangs on it.
 *
 * @throws RegistryError, `not-found` if no layer holds the file, `unexpected` if it is no release manifest.
 */
export async function readReleaseManifest(
  registry: RegistryClient,
  repository: string,
  imageDigest: string,
): Promise<ReleaseManifest> {
  const what = `${releaseManifestPath} in ${repository}@${imageDigest}`;
  const { manifest } = await readImage(registry, repository, imageDigest);
  for (const layer of manifest.layers.toReversed()) {
    const { files, deleted } = readLayer(await registry.blob(repository, layer.digest));
    const file = files.get(releaseManifestPath);
    if (file !== undefined) {
      const content = releaseManifestSchema.safeParse(parseJson(file));
      if (content.success) return content.data;
      throw new RegistryError(
        "unexpected",
        `${what} is no release manifest: ${z.prettifyError(content.error)}`,
      );
    }
    if (deleted.has(releaseManifestPath)) break;
  }
  throw new RegistryError("not-found", `The image holds no ${what}`);
}

/**
 * Where deployment.yaml says something else than the release itself, one sentence each; empty if they agree. A release may hold images
 * that this deployment does not use, and deployment.yaml may name a second PCR0 during an upgrade.
 */
export function compareRelease(manifest: ReleaseManifest, release: Deployment["release"]): string[] {
  const differences: string[] = [];
  const compare = (path: string, ours: string, theirs: string) => {
    if (ours !== theirs)
      differences.push(`release.${path} is ${ours} in deployment.yaml, but the release says ${theirs}`);
  };
  compare("version", release.version, manifest.version);
  for (const [component, image] of Object.entries(release.images)) {
    const theirs = manifest.images[component];
    if (theirs === undefined) {
      differences.push(
        `release.images.${component} is named in deployment.yaml, but the release has no such image`,
      );
      continue;
    }
    compare(`images.${component}.repository`, image.repository, theirs.repository);
    compare(`images.${component}.digest`, image.digest, theirs.digest);
  }
  compare("enclave.sha256", release.enclave.sha256, manifest.enclave.sha256);
  if (!release.enclave.pcr0.includes(manifest.enclave.pcr0)) {
    differences.push(
      `release.enclave.pcr0 in deployment.yaml lacks ${manifest.enclave.pcr0}, the measurement of this release`,
    );
  }
  return differences;
}
