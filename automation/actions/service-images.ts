import {
  DescribeImagesCommand,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand } from "@aws-sdk/client-s3";
import { copyImage, pushImage } from "../../release/copy.ts";
import { brokerImageFor, readDownload } from "../broker-release.ts";
import { Refusal, UserError } from "../errors.ts";
import { sha256Hex } from "../text/canonical-json.ts";
import type { Action, ActionContext } from "./action.ts";
import { bucketOf } from "./evidence.ts";
import { done, entryOf, ready } from "./finding.ts";
import { brokerBase, ownRegistry, vendorRegistry } from "./registries.ts";
import { verified } from "./vendor.ts";

/**
 * Digest by component of every image that runs. The broker's is computed from the release; before the release is on this machine, its
 * base's digest stands in for it.
 */
export async function imageDigests(context: ActionContext): Promise<Record<string, string>> {
  const { release } = context.inputs.deployment;
  const download = await readDownload(context.inputs, context.options.folder);
  const digests = Object.fromEntries(
    Object.entries(release.images).map(([component, image]) => [component, image.digest]),
  );
  return {
    ...digests,
    broker:
      download === undefined ? release.brokerBase.digest : brokerImageFor(context.inputs, download).digest,
  };
}

/** Copies the verified images digest for digest into the account's own registry, and the enclave image into its own bucket. */
export const serviceImages: Action = {
  async inspect(context) {
    const digests = await imageDigests(context);
    const components = Object.keys(context.model.repositories);
    for (const component of components) {
      const digest = entryOf(digests, component, "image");
      if (!(await holds(context, component, digest)))
        return ready(`the registry does not hold ${component} yet`);
    }
    if (!(await holdsEnclaveImage(context)))
      return ready("the enclave image is not in the account's bucket yet");
    return done(context, `${components.length} images and the enclave image are in the account, by digest`);
  },
  async perform(context) {
    const { inputs, model } = context;
    const destination = await ownRegistry(context);
    const vendor = await vendorRegistry(context, "infrastructure");
    let uploaded = 0;
    for (const component of Object.keys(model.repositories)) {
      const place = { registry: destination, repository: model.names.repository(component) };
      if (component === "broker") {
        const download = await readDownload(inputs, context.options.folder);
        if (download === undefined) throw missingRelease();
        const image = brokerImageFor(inputs, download);
        context.report(`broker ${image.digest.slice(0, 19)}… is put together and pushed`);
        uploaded += (
          await pushImage(image, place, {
            base: brokerBase(context),
            tag: brokerTag(download.manifest.version, image.digest),
          })
        ).bytes;
        continue;
      }
      const { repository, digest } = entryOf(
        inputs.deployment.release.images,
        component,
        "image of the release",
      );
      await verified(context, vendor, repository, digest);
      context.report(`${component} ${digest.slice(0, 19)}… is copied`);
      const tag = inputs.deployment.release.version;
      uploaded += (await copyImage({ registry: vendor, repository }, place, digest, tag)).bytes;
    }
    if (!(await holdsEnclaveImage(context))) await copyEnclaveImage(context);
    const count = Object.keys(model.repositories).length;
    return done(
      context,
      `${count} images verified and in the account's registry, ${uploaded} bytes uploaded`,
      { create: count },
    );
  },
};

/** Tags are immutable and the broker's configuration may change within a release, so its tag names its content too. */
function brokerTag(version: string, digest: string): string {
  return `${version}-${digest.replace("sha256:", "").slice(0, 12)}`;
}

async function holds(context: ActionContext, component: string, imageDigest: string): Promise<boolean> {
  const repositoryName = context.model.names.repository(component);
  try {
    await context
      .aws("infrastructure")
      .ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] }));
    return true;
  } catch (error) {
    if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) return false;
    throw error;
  }
}

/** The object's metadata names the hash that was checked when it was put there; a host checks the bytes again before it runs them. */
async function holdsEnclaveImage(context: ActionContext): Promise<boolean> {
  const { imageKey, sha256 } = context.inputs.deployment.release.enclave;
  try {
    const head = await context
      .aws("infrastructure")
      .s3.send(new HeadObjectCommand({ Bucket: bucketOf(context), Key: imageKey }));
    return head.Metadata?.sha256 === sha256;
  } catch (error) {
    if (error instanceof NotFound || (error as Error).name === "NoSuchBucket") return false;
    throw error;
  }
}

async function copyEnclaveImage(context: ActionContext): Promise<void> {
  const { vendor, enclave } = context.inputs.deployment.release;
  const { s3 } = context.aws("infrastructure");
  context.report(`the enclave image ${enclave.imageKey} is copied`);
  const { Body: body } = await s3.send(
    new GetObjectCommand({ Bucket: vendor.artefactBucket, Key: enclave.imageKey }),
  );
  const bytes = (await body?.transformToByteArray()) ?? new Uint8Array();
  const found = sha256Hex(bytes);
  if (found !== enclave.sha256) {
    throw new Refusal({
      code: "enclave-image-differs",
      message: `${enclave.imageKey} in the vendor's bucket has SHA-256 ${found}; deployment.yaml pins ${enclave.sha256}.`,
      file: "deployment.yaml",
      hint: "do not deploy; compare with the vendor's signed release",
    });
  }
  await s3.send(
    new PutObjectCommand({
      Bucket: bucketOf(context),
      Key: enclave.imageKey,
      Body: bytes,
      Metadata: { sha256: enclave.sha256 },
    }),
  );
}

function missingRelease(): UserError {
  return new UserError({
    code: "release-missing",
    message: "The release is not on this machine, so the broker's image cannot be put together.",
    hint: "run the step release first",
  });
}
