import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { standInRelease } from "../../rehearsal/stand-in-release.ts";
import { seedVendor } from "../../rehearsal/vendor.ts";
import { compareRelease, readReleaseManifest } from "../../release/manifest.ts";
import { type RegistryClient, registryClient } from "../../release/registry.ts";
import { verifyImageSignature } from "../../release/signature.ts";
import { loadInputs } from "../../spec/load.ts";
import { fixtureDeployment } from "../isolation/fixture.ts";
import { openWire, type Wire } from "./wire-fixture.ts";

const { vendor } = fixtureDeployment.release;
const release = standInRelease("2.4.0");
const deployment = { ...fixtureDeployment, release: { ...release.pinned, vendor } };
const host = `${vendor.account}.dkr.ecr.${vendor.region}.amazonaws.com`;
const customer = "222222222222";

let wire: Wire;
let vendorKeyPem: string;
const seed = () =>
  seedVendor({
    store: wire.cloud.store,
    deployment,
    walletSpec: "api_version: v1\n",
    bootstrapSpec: "users: []\n",
    now: wire.cloud.now(),
  });
beforeEach(async () => {
  wire = await openWire();
  ({ vendorKeyPem } = seed());
});
afterEach(() => wire.close());

async function vendorRegistry(): Promise<RegistryClient> {
  const answer = await wire.clients(customer).ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(answer.authorizationData?.[0]?.authorizationToken ?? "", "base64").toString();
  const [username = "", password = ""] = token.split(/:(.*)/s);
  return registryClient({ host, http: wire.http, credentials: { username, password } });
}

test("every image of the release is signed with the vendor's key, and with no other", async () => {
  const registry = await vendorRegistry();
  const { deployer, images } = deployment.release;
  for (const { repository, digest } of [deployer, ...Object.values(images)]) {
    const signed = { registry, repository, digest };
    expect(await verifyImageSignature({ ...signed, publicKeyPem: vendorKeyPem })).toMatchObject({
      verified: true,
    });
  }
  const elsewhere = await openWire();
  const { vendorKeyPem: publicKeyPem } = seedVendor({
    store: elsewhere.cloud.store,
    deployment,
    walletSpec: "",
    bootstrapSpec: "",
    now: new Date(),
  });
  await elsewhere.close();
  expect(await verifyImageSignature({ registry, ...deployer, publicKeyPem })).toMatchObject({
    verified: false,
  });
});

test("the deployer image holds the release that deployment.yaml pins", async () => {
  const registry = await vendorRegistry();
  const { repository, digest } = deployment.release.deployer;
  const manifest = await readReleaseManifest(registry, repository, digest);
  expect(compareRelease(manifest, deployment.release)).toEqual([]);
  expect(await registry.resolve(repository, "2.4.0")).toBe(digest);
});

test("the bucket holds the customer's files and the enclave image, for reading alone", async () => {
  const { s3 } = wire.clients(customer);
  const Bucket = vendor.artefactBucket;
  const read = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
  expect(Buffer.from((await read("customer/customer/bd-wallet.yaml")) ?? []).toString()).toBe(
    "api_version: v1\n",
  );
  expect(Buffer.from((await read("customer/customer/bootstrap.yaml")) ?? []).toString()).toBe("users: []\n");
  const { imageKey, sha256 } = deployment.release.enclave;
  const enclaveImage = (await read(imageKey)) ?? new Uint8Array();
  expect(createHash("sha256").update(enclaveImage).digest("hex")).toBe(sha256);
  await expect(s3.send(new PutObjectCommand({ Bucket, Key: imageKey, Body: "mine" }))).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a second seeding changes nothing, and neither is a request", () => {
  const before = wire.cloud.store.list({});
  expect(seed().vendorKeyPem).toBe(vendorKeyPem);
  expect(wire.cloud.store.list({})).toEqual(before);
  expect(existsSync(join(wire.cloud.store.folder, "../requests.jsonl"))).toBe(false);
});

test("the broker's base image lies in the public registry under the digest that is pinned", async () => {
  const registry = registryClient({ host: "registry-1.docker.io", http: wire.http });
  const { digest } = deployment.release.brokerBase;
  expect(await registry.resolve("library/nats", digest)).toBe(digest);
});

test("the example institution pins the stand-in release of its version", async () => {
  const loaded = await loadInputs(join(import.meta.dirname, "../../examples/institution"));
  const pinned = loaded.inputs?.deployment.release;
  expect(pinned).toEqual({ ...standInRelease(pinned?.version ?? "").pinned, vendor: pinned?.vendor });
});

test("a release's digests depend on its version and on nothing else", () => {
  expect(standInRelease("2.4.0").pinned).toEqual(release.pinned);
  const next = standInRelease("2.4.1").pinned;
  expect(next.deployer.digest).not.toBe(release.pinned.deployer.digest);
  expect(next.images.wallet?.digest).not.toBe(release.pinned.images.wallet?.digest);
  expect(next.enclave.pcr0).not.toEqual(release.pinned.enclave.pcr0);
});
