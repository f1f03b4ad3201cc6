import { z } from "zod";
import { type Layer, type LayerFile, layerOf } from "./layer.ts";
import { type Blob, digestOf, manifestTypes, type RegistryClient, RegistryError } from "./registry.ts";

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

/** Manifest of an image for one platform, in the OCI or in Docker's form (schema version 2). */
export const imageManifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
export type ImageManifest = z.infer<typeof imageManifestSchema>;

const indexSchema = z.looseObject({
  manifests: z.array(
    descriptorSchema.extend({
      platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional(),
    }),
  ),
});

const imageConfigSchema = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).default({}),
  rootfs: z.looseObject({ type: z.literal("layers"), diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({})).optional(),
});
export type ImageConfig = z.infer<typeof imageConfigSchema>;

/** An image that a registry holds, read as far as building upon it needs. */
export interface BaseImage {
  /** Digest of the manifest of this platform. */
  readonly digest: string;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
}

/** An image of our own making: what has to be uploaded besides the layers that it takes over from its base. */
export interface BuiltImage {
  readonly digest: string;
  readonly manifest: Blob;
  readonly config: Blob;
  /** The new layers. */
  readonly layers: readonly Layer[];
  /** Layers of the base, which the destination needs as well. */
  readonly baseLayers: readonly Descriptor[];
}

/** What a derived image runs otherwise than its base; names as in the image specification. */
export interface ImageChanges {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** The platform that all workloads of the vault run on; the product has no other. */
const platform = { os: "linux", architecture: "amd64" } as const;

/**
 * Reads manifest and configuration of an image by digest; of an index of several platforms, the entry of linux/amd64.
 *
 * @throws RegistryError if the content is missing, altered or no image.
 */
export async function readImage(
  registry: RegistryClient,
  repository: string,
  digest: string,
): Promise<BaseImage> {
  const blob = await registry.manifest(repository, digest);
  const content = parseJson(blob.bytes);
  const index = indexSchema.safeParse(content);
  if (index.success) {
    const match = index.data.manifests.find(
      (entry) => entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture,
    );
    if (match === undefined)
      throw new RegistryError("not-found", `${repository}@${digest} holds no image for linux/amd64`);
    return readImage(registry, repository, match.digest);
  }
  const manifest = imageManifestSchema.safeParse(content);
  if (!manifest.success)
    throw new RegistryError("unexpected", `${repository}@${digest} is no image manifest`);
  const config = imageConfigSchema.safeParse(
    parseJson(await registry.blob(repository, manifest.data.config.digest)),
  );
  if (!config.success)
    throw new RegistryError(
      "unexpected",
      `The configuration of ${repository}@${digest} is no image configuration`,
    );
  return { digest, manifest: manifest.data, config: config.data };
}

/** JSON from bytes; undefined for what is none, which no schema accepts. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Puts one layer on top of a base image. Pure: the digest is known before anything is uploaded. */
export function appendLayer(base: BaseImage, layer: Layer, changes: ImageChanges): BuiltImage {
  const docker = base.manifest.mediaType === manifestTypes.dockerImage;
  const config = jsonBlob(base.manifest.config.mediaType, {
    ...base.config,
    config: {
      ...base.config.config,
      ...changes,
      Labels: { ...base.config.config.Labels, ...changes.Labels },
    },
    rootfs: { ...base.config.rootfs, diff_ids: [...base.config.rootfs.diff_ids, layer.diffId] },
    history: [
      ...(base.config.history ?? []),
      { created_by: "institutional-vault-deployer", comment: "one layer of configuration" },
    ],
  });
  const added = docker ? { ...layer, mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" } : layer;
  const manifest = jsonBlob(base.manifest.mediaType ?? manifestTypes.image, {
    schemaVersion: 2,
    mediaType: base.manifest.mediaType ?? manifestTypes.image,
    config: descriptorOf(config),
    layers: [...base.manifest.layers, descriptorOf(added)],
    annotations: { "org.opencontainers.image.base.digest": base.digest },
  });
  return { digest: manifest.digest, manifest, config, layers: [added], baseLayers: base.manifest.layers };
}

/** An image of one layer made from files alone, for linux/amd64. */
export function singlePlatformImage(
  files: readonly LayerFile[],
  labels: Readonly<Record<string, string>> = {},
): BuiltImage {
  const layer = layerOf(files);
  const config = jsonBlob("application/vnd.oci.image.config.v1+json", {
    ...platform,
    config: { Labels: labels },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [{ created_by: "institutional-vault-deployer" }],
  });
  const manifest = jsonBlob(manifestTypes.image, {
    schemaVersion: 2,
    mediaType: manifestTypes.image,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)],
  });
  return { digest: manifest.digest, manifest, config, layers: [layer], baseLayers: [] };
}

/** A value as JSON in the order of its keys, with its address. */
export function jsonBlob(mediaType: string, value: unknown): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(bytes), mediaType, bytes };
}

export function descriptorOf({ mediaType, digest, bytes }: Blob): Descriptor {
  return { mediaType, digest, size: bytes.length };
}
