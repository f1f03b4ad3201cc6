import { type BuiltImage, type Descriptor, imageManifestSchema, parseJson } from "./image.ts";
import { type Blob, type RegistryClient, RegistryError } from "./registry.ts";

/** A repository in a registry. */
export interface Place {
  readonly registry: RegistryClient;
  readonly repository: string;
}

/** What a copy did. */
export interface CopyResult {
  readonly digest: string;
  /** Configuration and layers of the image. */
  readonly blobs: number;
  /** Bytes uploaded, the manifest not counted. */
  readonly bytes: number;
  /** Blobs that the destination held already. */
  readonly skipped: number;
}

/**
 * Copies an image of one platform digest for digest, so that a signature over the digest holds for the copy too.
 *
 * @param tag - Tag to put on the copy besides its digest.
 * @throws RegistryError, `unexpected` for an index of several platforms, whose entries have digests of their own.
 */
export async function copyImage(
  source: Place,
  destination: Place,
  digest: string,
  tag?: string,
): Promise<CopyResult> {
  const manifest = await source.registry.manifest(source.repository, digest);
  const content = imageManifestSchema.safeParse(parseJson(manifest.bytes));
  if (!content.success) {
    throw new RegistryError(
      "unexpected",
      `${source.repository}@${digest} is not an image of one platform; pin the digest of linux/amd64`,
    );
  }
  const parts = [content.data.config, ...content.data.layers];
  const read = (part: Descriptor) => source.registry.blob(source.repository, part.digest);
  return transfer(
    destination,
    { ...manifest, mediaType: content.data.mediaType ?? manifest.mediaType },
    parts,
    read,
    tag,
  );
}

/**
 * Uploads an image of our own making; layers of its base are fetched from where the base lies.
 *
 * @param base - Repository of the base image; needed if the image has one.
 */
export async function pushImage(
  image: BuiltImage,
  destination: Place,
  options: { readonly base?: Place; readonly tag?: string } = {},
): Promise<CopyResult> {
  const own = new Map([image.config, ...image.layers].map((blob) => [blob.digest, blob.bytes]));
  const { base } = options;
  const read = async (part: Pick<Descriptor, "digest">): Promise<Uint8Array> => {
    const bytes = own.get(part.digest) ?? (await base?.registry.blob(base.repository, part.digest));
    if (bytes === undefined)
      throw new RegistryError("not-found", `No source for ${part.digest} of ${image.digest}`);
    return bytes;
  };
  return transfer(
    destination,
    image.manifest,
    [image.config, ...image.layers, ...image.baseLayers],
    read,
    options.tag,
  );
}

async function transfer<Part extends Pick<Descriptor, "digest">>(
  { registry, repository }: Place,
  manifest: Blob,
  parts: readonly Part[],
  read: (part: Part) => Promise<Uint8Array>,
  tag: string | undefined,
): Promise<CopyResult> {
  const distinct = [...new Map(parts.map((part) => [part.digest, part])).values()];
  let bytes = 0;
  let skipped = 0;
  for (const part of distinct) {
    if (await registry.hasBlob(repository, part.digest)) {
      skipped += 1;
      continue;
    }
    const content = await read(part);
    await registry.uploadBlob(repository, { digest: part.digest, bytes: content });
    bytes += content.length;
  }
  if ((await registry.resolve(repository, manifest.digest)) === undefined) {
    await registry.putManifest(repository, manifest.digest, manifest);
  }
  // Tags are immutable in our repositories: putting the same one again is refused even with the same content.
  if (tag !== undefined && (await registry.resolve(repository, tag)) !== manifest.digest) {
    await registry.putManifest(repository, tag, manifest);
  }
  return { digest: manifest.digest, blobs: distinct.length, bytes, skipped };
}
