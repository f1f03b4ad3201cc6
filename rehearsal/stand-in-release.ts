import { createHash } from "node:crypto";
import { type BuiltImage, singlePlatformImage } from "../release/image.ts";
import type { LayerFile } from "../release/layer.ts";
import { type BrokerSubjects, type ReleaseManifest, releaseManifestPath } from "../release/manifest.ts";
import type { Deployment } from "../spec/deployment.ts";

const deployerRepository = "blockdaemon/wallet-deployer/aws";
const components = [
  "wallet",
  "policy-node",
  "database-init",
  "bootstrap",
  "orchestrator",
  "approval-service",
] as const;

/** The broker's base image as the public registry of the stand-in serves it. */
const brokerBase = { image: "docker.io/library/nats", repository: "library/nats", tag: "2.14.5-alpine3.22" };

/** Users of the broker under the names of the vendor's sample specification. Which subjects the vendor really uses is not published. */
const brokerSubjects: BrokerSubjects = {
  wallet: { publish: ["mpa.vault.request.>"], subscribe: ["mpa.vault.result.>"] },
  facade: { publish: ["mpa.vault.request.>"], subscribe: ["mpa.vault.result.>"] },
  approver: { publish: ["mpa.vault.approval.>"], subscribe: ["mpa.vault.result.>"] },
  ...Object.fromEntries(
    [0, 1, 2].map((node) => [
      `node${node}`,
      {
        publish: ["mpa.vault.node.*.in", "mpa.vault.result.>"],
        subscribe: [`mpa.vault.node.${node}.>`, "mpa.vault.request.>", "mpa.vault.approval.>"],
      },
    ]),
  ),
};

/** An image with the repository that it lies in, and the tag that people know it by. */
export interface PlacedImage {
  readonly repository: string;
  readonly tag: string;
  readonly image: BuiltImage;
}

/** A release that holds no program of the vendor: every image and the enclave image say so in plain words. */
export interface StandInRelease {
  /** In the vendor's registry: the deployer first, then the services. */
  readonly images: readonly PlacedImage[];
  /** In the public registry. */
  readonly brokerBase: PlacedImage;
  readonly enclaveImage: Uint8Array;
  /** What `release` in deployment.yaml has to say for it, but for where the vendor is. */
  readonly pinned: Omit<Deployment["release"], "vendor">;
}

/** The stand-in release of a version: the same bytes, and so the same digests, on every machine. */
export function standInRelease(version: string): StandInRelease {
  const services = components.map((component) => ({
    component,
    repository: `blockdaemon/${component}`,
    image: standInImage(component, version),
  }));
  const pinnedImages = Object.fromEntries(
    services.map(({ component, repository, image }) => [component, { repository, digest: image.digest }]),
  );
  const enclaveImage = Buffer.from(notice("the policy node's enclave image file", version));
  const enclave = {
    sha256: createHash("sha256").update(enclaveImage).digest("hex"),
    pcr0: standInMeasurement(enclaveImage),
  };
  const manifest: ReleaseManifest = {
    version,
    images: pinnedImages,
    enclave,
    broker: { subjects: brokerSubjects },
  };
  const deployer = standInImage("wallet-deployer", version, [
    { path: releaseManifestPath, content: `${JSON.stringify(manifest, null, 2)}\n` },
  ]);
  const base = standInImage("nats", brokerBase.tag);
  return {
    images: [
      { repository: deployerRepository, tag: version, image: deployer },
      ...services.map(({ repository, image }) => ({ repository, tag: version, image })),
    ],
    brokerBase: { repository: brokerBase.repository, tag: brokerBase.tag, image: base },
    enclaveImage,
    pinned: {
      version,
      deployer: { repository: deployerRepository, digest: deployer.digest },
      images: pinnedImages,
      enclave: {
        imageKey: `release/${version}/mpa-policy-nitro.eif`,
        sha256: enclave.sha256,
        pcr0: [enclave.pcr0],
      },
      brokerBase: { image: brokerBase.image, digest: base.digest },
    },
  };
}

/**
 * Measurement of bytes that are no enclave image file: made as a platform register is (extended once from zeros, SHA-384), so that
 * it has the right shape and depends on every byte, but no Nitro hypervisor would come to it.
 */
function standInMeasurement(bytes: Uint8Array): string {
  const content = createHash("sha384").update(bytes).digest();
  return createHash("sha384").update(Buffer.alloc(48)).update(content).digest("hex");
}

function standInImage(name: string, version: string, files: readonly LayerFile[] = []): BuiltImage {
  const content = notice(`the image ${name}`, version);
  return singlePlatformImage([{ path: "STAND-IN.txt", content }, ...files], {
    "org.opencontainers.image.title": name,
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.description": "Stand-in for a rehearsal; holds no program.",
  });
}

function notice(what: string, version: string): string {
  return `This stands in for ${what}, version ${version}, in a rehearsal.\nIt holds no program of the vendor and protects nothing.\n`;
}
