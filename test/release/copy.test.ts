import { describe, expect, it } from "vitest";
import { copyImage, pushImage } from "../../release/copy.ts";
import { appendLayer, jsonBlob, readImage, singlePlatformImage } from "../../release/image.ts";
import { layerOf } from "../../release/layer.ts";
import { manifestTypes, registryClient } from "../../release/registry.ts";
import { memoryRegistry } from "./memory-registry.ts";

function place(repository: string) {
  const memory = memoryRegistry();
  return { memory, registry: registryClient({ host: "registry.example", http: memory.http }), repository };
}

const image = singlePlatformImage([{ path: "app", content: "program" }], { title: "wallet" });

describe("copying an image", () => {
  it("keeps its digest, and moves nothing the second time", async () => {
    const [source, destination] = [place("vendor/wallet"), place("ours/wallet")];
    await pushImage(image, source, { tag: "2.4.0" });
    const size = image.config.bytes.length + image.layers.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(await copyImage(source, destination, image.digest, "2.4.0")).toEqual({
      digest: image.digest,
      blobs: 2,
      bytes: size,
      skipped: 0,
    });
    expect(await destination.registry.resolve("ours/wallet", "2.4.0")).toBe(image.digest);

    const before = destination.memory.requests.length;
    expect(await copyImage(source, destination, image.digest, "2.4.0")).toEqual({
      digest: image.digest,
      blobs: 2,
      bytes: 0,
      skipped: 2,
    });
    expect(new Set(destination.memory.requests.slice(before).map(({ method }) => method))).toEqual(
      new Set(["HEAD"]),
    );
  });

  it("stops at a blob that was altered, and leaves no manifest behind", async () => {
    const [source, destination] = [place("vendor/wallet"), place("ours/wallet")];
    await pushImage(image, source);
    source.memory.blobs.set(`vendor/wallet@${image.layers[0]?.digest}`, Buffer.from("other"));
    await expect(copyImage(source, destination, image.digest)).rejects.toMatchObject({
      code: "wrong-digest",
    });
    expect(destination.memory.manifests.size).toBe(0);
  });

  it("refuses an index of several platforms", async () => {
    const [source, destination] = [place("vendor/wallet"), place("ours/wallet")];
    const index = jsonBlob(manifestTypes.index, { schemaVersion: 2, manifests: [] });
    await source.registry.putManifest("vendor/wallet", index.digest, index);
    await expect(copyImage(source, destination, index.digest)).rejects.toThrow(/linux\/amd64/);
  });
});

describe("an image upon a base", () => {
  it("is complete at its destination, with the base's layers below its own", async () => {
    const [hub, ours] = [place("library/nats"), place("ours/broker")];
    await pushImage(image, hub);
    const index = jsonBlob(manifestTypes.index, {
      schemaVersion: 2,
      manifests: [
        {
          mediaType: manifestTypes.image,
          digest: `sha256:${"0".repeat(64)}`,
          size: 1,
          platform: { os: "linux", architecture: "arm64" },
        },
        {
          mediaType: manifestTypes.image,
          digest: image.digest,
          size: 1,
          platform: { os: "linux", architecture: "amd64" },
        },
      ],
    });
    await hub.registry.putManifest("library/nats", "2", index);
    const base = await readImage(hub.registry, "library/nats", index.digest);
    const added = layerOf([{ path: "etc/nats.conf", content: "port: 4222\n" }]);
    const derived = appendLayer(base, added, { User: "65534", Labels: { owner: "us" } });
    await pushImage(derived, ours, { base: hub });

    const { manifest, config } = await readImage(ours.registry, "ours/broker", derived.digest);
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([image.layers[0]?.digest, added.digest]);
    for (const { digest } of manifest.layers)
      expect(await ours.registry.hasBlob("ours/broker", digest)).toBe(true);
    expect(config.rootfs.diff_ids).toEqual([image.layers[0]?.diffId, added.diffId]);
    expect(config.config).toEqual({ User: "65534", Labels: { title: "wallet", owner: "us" } });
  });

  it("in Docker's form stays in Docker's form", () => {
    const manifest = {
      schemaVersion: 2 as const,
      mediaType: manifestTypes.dockerImage,
      config: {
        mediaType: "application/vnd.docker.container.image.v1+json",
        digest: image.config.digest,
        size: 1,
      },
      layers: [],
    };
    const config = {
      architecture: "amd64",
      os: "linux",
      config: {},
      rootfs: { type: "layers" as const, diff_ids: [] },
    };
    const derived = appendLayer(
      { digest: image.digest, manifest, config },
      layerOf([{ path: "a", content: "" }]),
      {},
    );
    expect(JSON.parse(Buffer.from(derived.manifest.bytes).toString())).toMatchObject({
      mediaType: manifestTypes.dockerImage,
      config: { mediaType: "application/vnd.docker.container.image.v1+json" },
      layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" }],
    });
  });
});
