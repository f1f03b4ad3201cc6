import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { z } from "zod";
import type { Blob } from "../release/registry.ts";
import { signSimple } from "../release/signature.ts";
import { accountIdOf, accountKeys, type Deployment } from "../spec/deployment.ts";
import { publicRegistryAccount } from "./accounts.ts";
import { putImage, putLayer } from "./images.ts";
import { putObject } from "./services/s3-objects.ts";
import { type PlacedImage, standInRelease } from "./stand-in-release.ts";
import type { Store } from "./store.ts";

const keyType = "vendor:signing-key";
const keyProperties = z.object({ publicKeyPem: z.string() });

export interface VendorSeed {
  readonly store: Store;
  readonly deployment: Deployment;
  /** Text of bd-wallet.yaml, which the vendor made for this customer. */
  readonly walletSpec: string;
  /** Text of bootstrap.yaml, likewise. */
  readonly bootstrapSpec: string;
  readonly now: Date;
}

/** What a registry account of the seed needs to be known by. */
interface Registry {
  readonly store: Store;
  readonly account: string;
  readonly region: string;
  readonly now: Date;
}

/**
 * Fills the vendor's account with the stand-in release of the deployment's version: signed images, the customer's specification files,
 * the enclave image; and the public registry with the broker's base image. Does nothing when the vendor is there already. Seeding is
 * no request, so that nothing of it is in the request log.
 *
 * @returns the public half of the vendor's signing key, which is made here; the private half is gone once the release is signed
 */
export function seedVendor(seed: VendorSeed): { readonly vendorKeyPem: string } {
  const { store, deployment, now } = seed;
  const { vendor, version } = deployment.release;
  const present = store.get(vendor.account, keyType, keyType);
  if (present !== undefined) return { vendorKeyPem: keyProperties.parse(present.properties).publicKeyPem };
  return store.transaction(() => {
    const release = standInRelease(version);
    const readers = [
      ...new Set(accountKeys.map((key) => `arn:aws:iam::${accountIdOf(deployment, key)}:root`)),
    ];
    const registry: Registry = { store, account: vendor.account, region: vendor.region, now };
    const { privateKey, publicKeyPem } = makeSigningKey(store, vendor.account);
    for (const placed of release.images) {
      seedRepository(registry, placed.repository, readers);
      seedImage(registry, placed);
      seedSignature(registry, placed, privateKey);
    }
    const hub: Registry = { store, account: publicRegistryAccount, region: deployment.region, now };
    seedRepository(hub, release.brokerBase.repository, ["*"]);
    seedImage(hub, release.brokerBase);
    seedBucket(seed, readers, release.enclaveImage);
    return { vendorKeyPem: publicKeyPem };
  });
}

function makeSigningKey(store: Store, account: string): { privateKey: KeyObject; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  store.put({ account, type: keyType, id: keyType, arn: null, properties: { publicKeyPem } });
  return { privateKey, publicKeyPem };
}

function seedRepository(
  { store, account, region }: Registry,
  name: string,
  readers: readonly string[],
): void {
  const arn = `arn:aws:ecr:${region}:${account}:repository/${name}`;
  const repositoryUrl = `${account}.dkr.ecr.${region}.amazonaws.com/${name}`;
  const properties = {
    name,
    arn,
    registryId: account,
    repositoryUrl,
    imageTagMutability: "IMMUTABLE",
    region,
  };
  store.put({ account, type: "aws:ecr/repository:Repository", id: name, arn, properties });
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "CustomersPull",
        Effect: "Allow",
        Principal: { AWS: readers },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
      },
    ],
  });
  store.put({
    account,
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    id: name,
    arn: null,
    properties: { repository: name, registryId: account, policy },
  });
}

function seedImage(registry: Registry, { repository, tag, image }: PlacedImage): void {
  push(registry, repository, image.manifest, [image.config, ...image.layers], tag);
}

function seedSignature(registry: Registry, { repository, image }: PlacedImage, privateKey: KeyObject): void {
  const reference = `${registry.account}.dkr.ecr.${registry.region}.amazonaws.com/${repository}`;
  const signature = signSimple(reference, image.digest, privateKey);
  push(registry, repository, signature.manifest, signature.blobs, signature.tag);
}

function push(
  { store, account, now }: Registry,
  repository: string,
  { bytes, mediaType }: Blob,
  blobs: readonly Blob[],
  tag: string,
): void {
  for (const blob of blobs) putLayer(store, account, repository, blob.bytes);
  putImage(store, { account, repository, manifest: bytes, mediaType, tag, pushedAt: now });
}

function seedBucket(seed: VendorSeed, readers: readonly string[], enclaveImage: Uint8Array): void {
  const { store, deployment, walletSpec, bootstrapSpec, now } = seed;
  const { vendor, enclave } = deployment.release;
  const { account, region, artefactBucket: bucket } = vendor;
  const arn = `arn:aws:s3:::${bucket}`;
  store.put({ account, type: "aws:s3/bucket:Bucket", id: bucket, arn, properties: { bucket, arn, region } });
  store.put({
    account,
    type: "aws:s3/bucketVersioning:BucketVersioning",
    id: bucket,
    arn: null,
    properties: { bucket, versioningConfiguration: { status: "Enabled" } },
  });
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: readers }, Action: "s3:GetObject", Resource: `${arn}/*` },
      { Effect: "Allow", Principal: { AWS: readers }, Action: "s3:ListBucket", Resource: arn },
    ],
  });
  store.put({
    account,
    type: "aws:s3/bucketPolicy:BucketPolicy",
    id: bucket,
    arn: null,
    properties: { bucket, policy },
  });
  const folder = `customer/${deployment.namespace}`;
  const files = [
    { key: `${folder}/bd-wallet.yaml`, content: Buffer.from(walletSpec), type: "application/yaml" },
    { key: `${folder}/bootstrap.yaml`, content: Buffer.from(bootstrapSpec), type: "application/yaml" },
    { key: enclave.imageKey, content: enclaveImage, type: "application/octet-stream" },
  ];
  for (const { key, content, type } of files) {
    const headers = { "content-type": type, "x-amz-server-side-encryption": "AES256" };
    putObject(store, { account, bucket, key }, { content, headers, versioned: true, now });
  }
}
