import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { readImage } from "../../release/image.ts";
import { compareRelease, readReleaseManifest } from "../../release/manifest.ts";
import type { RegistryClient } from "../../release/registry.ts";
import { verifyImageSignature } from "../../release/signature.ts";
import { accountIdOf } from "../../spec/deployment.ts";
import { brokerImageFor, type ReleaseDownload, readDownload, writeDownload } from "../broker-release.ts";
import { CloudFailure, Refusal } from "../errors.ts";
import { readIfPresent, writeWhole } from "../files.ts";
import { sha256Hex } from "../text/canonical-json.ts";
import type { Action, ActionContext } from "./action.ts";
import { check, done, ready } from "./finding.ts";
import { brokerBase, vendorRegistry } from "./registries.ts";

/** Signs in to the vendor's registry as every account of the run, and has the deployer image's signature checked by digest. */
export const authenticate: Action = check(async (context) => {
  const { deployer } = context.inputs.deployment.release;
  let key = "";
  for (const account of context.accounts) {
    const registry = await vendorRegistry(context, account);
    key = await verified(context, registry, deployer.repository, deployer.digest);
  }
  const accounts = context.accounts
    .map((account) => accountIdOf(context.inputs.deployment, account))
    .join(", ");
  return done(context, `${accounts}: ${deployer.repository} is signed by key sha256:${key.slice(0, 16)}…`);
});

/**
 * Checks an image's signature by digest.
 *
 * @returns SHA-256 of the key, hex
 * @throws Refusal for an image that the vendor's key has not signed
 */
export async function verified(
  context: ActionContext,
  registry: RegistryClient,
  repository: string,
  digest: string,
): Promise<string> {
  const verdict = await verifyImageSignature({
    registry,
    repository,
    digest,
    publicKeyPem: context.cloud.vendorKey,
  });
  if (verdict.verified) return verdict.keySha256;
  throw new Refusal({
    code: "image-not-verified",
    message: `${registry.host}/${repository}@${digest} is not signed by the vendor (key sha256:${verdict.keySha256}): ${verdict.reason}.`,
    hint: "compare the digest in deployment.yaml with the vendor's release notes; an image that fails this check is never used",
  });
}

/** Pulls the release out of the deployer image, which hangs on its verified digest, and the broker's base. */
export const release: Action = {
  async inspect(context) {
    const download = await readDownload(context.inputs, context.options.folder);
    if (download === undefined) return ready("the release is not on this machine yet");
    refuseDifferences(context, download);
    return done(
      context,
      `release ${download.manifest.version} is on this machine and agrees with deployment.yaml`,
    );
  },
  async perform(context) {
    const account = context.accounts[0];
    if (account === undefined) throw new Error("The step release runs for no account.");
    const { deployer, brokerBase: base } = context.inputs.deployment.release;
    const registry = await vendorRegistry(context, account);
    await verified(context, registry, deployer.repository, deployer.digest);
    context.report("the deployer image is pulled");
    const manifest = await readReleaseManifest(registry, deployer.repository, deployer.digest);
    const { registry: publicRegistry, repository } = brokerBase(context);
    const download = { manifest, brokerBase: await readImage(publicRegistry, repository, base.digest) };
    refuseDifferences(context, download);
    await writeDownload(context.inputs, context.options.folder, download);
    return done(
      context,
      `release ${manifest.version} pulled by its verified digest; it agrees with deployment.yaml`,
    );
  },
};

function refuseDifferences(context: ActionContext, download: ReleaseDownload): void {
  const differences = compareRelease(download.manifest, context.inputs.deployment.release);
  if (differences.length > 0) {
    throw new Refusal({
      code: "release-differs",
      message: `deployment.yaml and the release disagree: ${differences.join("; ")}.`,
      file: "deployment.yaml",
      hint: "take the values from the vendor's signed release, or name the release that you mean",
    });
  }
  brokerImageFor(context.inputs, download);
}

/** The two files that the vendor generates for a customer, with both of the endings that occur. */
const specificationFiles = {
  "bd-wallet": ["bd-wallet.yaml", "bd-wallet.yml"],
  bootstrap: ["bootstrap.yaml", "bootstrap.yml"],
} as const;

interface PulledFile {
  readonly key: string;
  readonly text: string;
  readonly sha256: string;
}

/** Pulls the vendor's specification files and compares them with the admin's. */
export const specs: Action = {
  async inspect(context) {
    const pulled = await pullSpecifications(context);
    const detail = compareSpecifications(context, pulled);
    for (const file of Object.values(pulled)) {
      if ((await readIfPresent(savedPath(context, file))) !== file.text)
        return ready("the vendor's files are to be saved");
    }
    return done(context, detail);
  },
  async perform(context) {
    const pulled = await pullSpecifications(context);
    const detail = compareSpecifications(context, pulled);
    for (const file of Object.values(pulled)) await writeWhole(savedPath(context, file), file.text);
    return done(context, detail);
  },
};

type Specifications = Readonly<Record<keyof typeof specificationFiles, PulledFile>>;

async function pullSpecifications(context: ActionContext): Promise<Specifications> {
  return {
    "bd-wallet": await pullFirst(context, specificationFiles["bd-wallet"]),
    bootstrap: await pullFirst(context, specificationFiles.bootstrap),
  };
}

async function pullFirst(context: ActionContext, names: readonly string[]): Promise<PulledFile> {
  const { namespace, release: lock } = context.inputs.deployment;
  const account = context.accounts[0];
  if (account === undefined) throw new Error("The step specs runs for no account.");
  const bucket = lock.vendor.artefactBucket;
  const answers: string[] = [];
  for (const name of names) {
    const key = `customer/${namespace}/${name}`;
    try {
      const { Body: body } = await context
        .aws(account)
        .s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const text = (await body?.transformToString()) ?? "";
      return { key, text, sha256: sha256Hex(text) };
    } catch (error) {
      // S3 answers AccessDenied for a missing object to whoever may not list the bucket.
      const { name: code } = error as Error;
      if (code !== "NoSuchKey" && code !== "AccessDenied") throw error;
      answers.push(`${key}: ${code}`);
    }
  }
  throw new CloudFailure({
    code: "specification-missing",
    message: `The vendor's bucket ${bucket} gives no specification (${answers.join("; ")}).`,
    hint: `ask the vendor whether the files of namespace ${namespace} are published and this account is on their list`,
  });
}

/**
 * The installation specification has to be the vendor's, since all three admins work from it. bootstrap.yaml is the customer's to tune
 * before it is applied; that it differs is told, not refused.
 */
function compareSpecifications(context: ActionContext, pulled: Specifications): string {
  const { walletSpec, bootstrapSpec } = context.inputs;
  const vendors = pulled["bd-wallet"];
  if (vendors.sha256 !== walletSpec.sha256) {
    throw new Refusal({
      code: "specification-differs",
      message: `${walletSpec.path} (sha256 ${walletSpec.sha256}) is not the vendor's ${vendors.key} (sha256 ${vendors.sha256}).`,
      file: walletSpec.path,
      hint: "take the vendor's file, or have the vendor publish yours; every admin installs from the same specification",
    });
  }
  const same = pulled.bootstrap.sha256 === bootstrapSpec.sha256;
  const bootstrap = same
    ? `bootstrap.yaml sha256 ${short(bootstrapSpec.sha256)}, both the vendor's`
    : `bootstrap.yaml changed by you (sha256 ${short(bootstrapSpec.sha256)}, the vendor's ${short(pulled.bootstrap.sha256)})`;
  return `bd-wallet.yaml sha256 ${short(walletSpec.sha256)}, ${bootstrap}`;
}

function short(hash: string): string {
  return `${hash.slice(0, 16)}…`;
}

function savedPath(context: ActionContext, { key }: PulledFile): string {
  return join(context.options.folder, "specs", key.slice(key.lastIndexOf("/") + 1));
}
