import { z } from "zod";
import type { Store } from "./store.ts";

const imageType = "ecr:image";
const layerType = "ecr:layer";

const imageProperties = z.object({
  repository: z.string(),
  digest: z.string(),
  mediaType: z.string(),
  /** Manifest, and what it refers to, in bytes. */
  size: z.number(),
  imageTags: z.array(z.string()),
  pushedAt: z.string(),
});
const layerProperties = z.object({ size: z.number() });
const manifestReferences = z.object({
  config: z.object({ digest: z.string(), size: z.number() }).optional(),
  layers: z.array(z.object({ digest: z.string(), size: z.number() })).optional(),
});

/** An image as a registry of the stand-in holds it; the manifest's bytes are the store's blob of the same digest. */
export type StoredImage = z.infer<typeof imageProperties>;

/** Digests that an image manifest refers to: its configuration and its layers. */
export function referencesOf(manifest: Uint8Array): string[] {
  const { config, layers } = manifestReferences.parse(JSON.parse(Buffer.from(manifest).toString("utf8")));
  return [...(config === undefined ? [] : [config.digest]), ...(layers ?? []).map(({ digest }) => digest)];
}

/** Images of one repository, in order of their first push. */
export function imagesOf(store: Store, account: string, repository: string): StoredImage[] {
  return store
    .list({ account, type: imageType })
    .map(({ properties }) => imageProperties.parse(properties))
    .filter((image) => image.repository === repository);
}

/** By digest (`sha256:…`) or by tag. */
export function findImage(
  store: Store,
  account: string,
  repository: string,
  reference: string,
): StoredImage | undefined {
  const named = (image: StoredImage) => image.digest === reference || image.imageTags.includes(reference);
  return imagesOf(store, account, repository).find(named);
}

export interface ImagePush {
  readonly account: string;
  readonly repository: string;
  readonly manifest: Uint8Array;
  readonly mediaType: string;
  /** Moves here from another image of the repository that carries it. */
  readonly tag?: string;
  readonly pushedAt: Date;
}

/** Keeps the image and returns its digest. What it refers to has to be there already; whoever calls checks that. */
export function putImage(
  store: Store,
  { account, repository, manifest, mediaType, tag, pushedAt }: ImagePush,
): string {
  return store.transaction(() => {
    const digest = store.putBlob(manifest);
    const write = (image: StoredImage) =>
      store.put({
        account,
        type: imageType,
        id: `${repository}@${image.digest}`,
        arn: null,
        properties: image,
      });
    const images = imagesOf(store, account, repository);
    for (const other of images) {
      if (tag !== undefined && other.digest !== digest && other.imageTags.includes(tag)) {
        write({ ...other, imageTags: other.imageTags.filter((each) => each !== tag) });
      }
    }
    const present = images.find((image) => image.digest === digest);
    const imageTags = [...new Set([...(present?.imageTags ?? []), ...(tag === undefined ? [] : [tag])])];
    const size = referencesOf(manifest).reduce(
      (sum, each) => sum + (layerSize(store, account, repository, each) ?? 0),
      manifest.byteLength,
    );
    write({
      repository,
      digest,
      mediaType,
      size,
      imageTags,
      pushedAt: present?.pushedAt ?? pushedAt.toISOString(),
    });
    return digest;
  });
}

/** A layer, or an image's configuration: registries keep both as blobs of a repository. */
export function putLayer(store: Store, account: string, repository: string, bytes: Uint8Array): string {
  const digest = store.putBlob(bytes);
  const properties = { repository, digest, size: bytes.byteLength };
  store.put({ account, type: layerType, id: `${repository}@${digest}`, arn: null, properties });
  return digest;
}

/** Undefined when the repository does not hold the blob, even if another one does. */
export function layerSize(
  store: Store,
  account: string,
  repository: string,
  digest: string,
): number | undefined {
  const stored = store.get(account, layerType, `${repository}@${digest}`);
  return stored === undefined ? undefined : layerProperties.parse(stored.properties).size;
}
