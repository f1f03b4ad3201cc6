import { describe, expect, it } from "vitest";
import { pushImage } from "../../release/copy.ts";
import { appendLayer, type BuiltImage, readImage, singlePlatformImage } from "../../release/image.ts";
import { layerOf } from "../../release/layer.ts";
import {
  compareRelease,
  type ReleaseManifest,
  readReleaseManifest,
  releaseManifestSchema,
} from "../../release/manifest.ts";
import { registryClient } from "../../release/registry.ts";
import type { Deployment } from "../../spec/deployment.ts";
import { memoryRegistry } from "./memory-registry.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const manifest: ReleaseManifest = {
  version: "2.4.0",
  images: {
    wallet: { repository: "blockdaemon/wallet", digest: digest("1") },
    orchestrator: { repository: "blockdaemon/orchestrator", digest: digest("2") },
  },
  enclave: { sha256: "a".repeat(64), pcr0: "b".repeat(96) },
  broker: { subjects: { wallet: { publish: ["mpa.node.*.in"], subscribe: ["mpa.result.>"] } } },
};
const release: Deployment["release"] = {
  version: "2.4.0",
  vendor: { account: "638663786504", region: "us-east-1", artefactBucket: "artefacts" },
  deployer: { repository: "blockdaemon/wallet-deployer/aws", digest: digest("3") },
  images: { wallet: { repository: "blockdaemon/wallet", digest: digest("1") } },
  enclave: { imageKey: "image.eif", sha256: "a".repeat(64), pcr0: ["c".repeat(96), "b".repeat(96)] },
  brokerBase: { image: "docker.io/library/nats", digest: digest("4") },
};

async function read(...layers: { path: string; content: string }[][]) {
  const registry = registryClient({ host: "vendor.example", http: memoryRegistry().http });
  const place = { registry, repository: "deployer" };
  const [first = [], ...others] = layers;
  let image: BuiltImage = singlePlatformImage(first);
  await pushImage(image, place);
  for (const files of others) {
    image = appendLayer(await readImage(registry, "deployer", image.digest), layerOf(files), {});
    await pushImage(image, place, { base: place });
  }
  return readReleaseManifest(registry, "deployer", image.digest);
}

const file = (content: unknown) => ({ path: "release.json", content: JSON.stringify(content) });

describe("the release manifest", () => {
  it("is read out of the deployer image, from the topmost layer that has it", async () => {
    expect(await read([file(manifest)])).toEqual(manifest);
    expect(
      await read(
        [file({ ...manifest, version: "2.3.0" })],
        [file(manifest)],
        [{ path: "other", content: "" }],
      ),
    ).toEqual(manifest);
  });

  it("is missing when no layer has it, or an upper one deleted it", async () => {
    await expect(read([{ path: "other", content: "" }])).rejects.toMatchObject({ code: "not-found" });
    await expect(read([file(manifest)], [{ path: ".wh.release.json", content: "" }])).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("of another form is refused with the place of the fault", async () => {
    await expect(read([file({ ...manifest, version: 2 })])).rejects.toThrow(/version/);
    await expect(read([{ path: "release.json", content: "{" }])).rejects.toMatchObject({
      code: "unexpected",
    });
  });

  it.each([">", "*.a", "$SYS.>", "$JS.API.>", "_INBOX.>", "a.>.b", "a b", 'a"', ""])(
    "cannot give a user the subject %j",
    (subject) => {
      const subjects = { wallet: { publish: [subject], subscribe: [] } };
      expect(releaseManifestSchema.safeParse({ ...manifest, broker: { subjects } }).success).toBe(false);
    },
  );

  it("lets a user answer into another's inbox, but not read it", () => {
    const given = (lists: { publish: string[]; subscribe: string[] }) =>
      releaseManifestSchema.safeParse({ ...manifest, broker: { subjects: { node0: lists } } }).success;
    expect(given({ publish: ["_INBOX_wallet.>"], subscribe: [] })).toBe(true);
    expect(given({ publish: [], subscribe: ["_INBOX_wallet.>"] })).toBe(false);
  });

  it("lets nobody subscribe to a last part of any name, which the server takes for everything below", () => {
    const given = (subscribe: string[]) =>
      releaseManifestSchema.safeParse({
        ...manifest,
        broker: { subjects: { node0: { publish: ["mpa.*"], subscribe } } },
      }).success;
    expect(given(["mpa.*.in", "mpa.node.>"])).toBe(true);
    expect(given(["mpa.*"])).toBe(false);
  });
});

describe("deployment.yaml and the release", () => {
  it("agree, though the release has images that are not deployed and an upgrade names two measurements", () => {
    expect(compareRelease(manifest, release)).toEqual([]);
  });

  it.each<[string, Partial<Deployment["release"]>, RegExp]>([
    ["the version", { version: "2.4.1" }, /release\.version is 2\.4\.1/],
    [
      "an image's digest",
      { images: { wallet: { repository: "blockdaemon/wallet", digest: digest("9") } } },
      /images\.wallet\.digest/,
    ],
    [
      "an image's repository",
      { images: { wallet: { repository: "other/wallet", digest: digest("1") } } },
      /images\.wallet\.repository/,
    ],
    [
      "an image that the release lacks",
      { images: { bootstrap: { repository: "b", digest: digest("1") } } },
      /no such image/,
    ],
    ["the enclave image", { enclave: { ...release.enclave, sha256: "f".repeat(64) } }, /enclave\.sha256/],
    ["the measurement", { enclave: { ...release.enclave, pcr0: ["c".repeat(96)] } }, /lacks b+/],
  ])("differ in %s", (_, change, sentence) => {
    expect(compareRelease(manifest, { ...release, ...change })).toEqual([expect.stringMatching(sentence)]);
  });
});
