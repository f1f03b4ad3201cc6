import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
} from "@aws-sdk/client-ecr";
import { afterEach, beforeEach, expect, test } from "vitest";
import { publicRegistryAccount } from "../../rehearsal/accounts.ts";
import { pushImage } from "../../release/copy.ts";
import { singlePlatformImage } from "../../release/image.ts";
import { digestOf, type RegistryClient, registryClient } from "../../release/registry.ts";
import { region } from "./stand-in.ts";
import { openWire, type Wire } from "./wire-fixture.ts";

const owner = "111111111111";
const stranger = "222222222222";
const host = `${owner}.dkr.ecr.${region}.amazonaws.com`;
const repository = "customer-testnet/wallet";
const image = singlePlatformImage([{ path: "hello.txt", content: "hello" }]);
const other = singlePlatformImage([{ path: "hello.txt", content: "other" }]);

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  seedRepository(owner, repository);
});
afterEach(() => wire.close());

function seedRepository(account: string, name: string): void {
  const arn = `arn:aws:ecr:${region}:${account}:repository/${name}`;
  wire.put(account, "aws:ecr/repository:Repository", name, arn, {
    name,
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    imageTagMutability: "IMMUTABLE",
  });
}

async function registryAs(account: string, registryHost = host): Promise<RegistryClient> {
  const answer = await wire.clients(account).ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(answer.authorizationData?.[0]?.authorizationToken ?? "", "base64").toString();
  const [username = "", password = ""] = token.split(/:(.*)/s);
  return registryClient({ host: registryHost, http: wire.http, credentials: { username, password } });
}

test("an image pushed through the registry is described and fetched by ECR's API", async () => {
  const registry = await registryAs(owner);
  const pushed = await pushImage(image, { registry, repository }, { tag: "2.4.0" });
  expect(pushed).toMatchObject({ digest: image.digest, blobs: 2, skipped: 0 });

  const { ecr } = wire.clients(owner);
  const described = await ecr.send(new DescribeImagesCommand({ repositoryName: repository }));
  expect(described.imageDetails).toMatchObject([{ imageDigest: image.digest, imageTags: ["2.4.0"] }]);
  const got = await ecr.send(
    new BatchGetImageCommand({
      repositoryName: repository,
      imageIds: [{ imageTag: "2.4.0" }, { imageTag: "absent" }],
    }),
  );
  expect(got.images?.[0]?.imageManifest).toBe(Buffer.from(image.manifest.bytes).toString());
  expect(got.failures).toMatchObject([{ failureCode: "ImageNotFound" }]);
  const listed = await ecr.send(new ListImagesCommand({ repositoryName: repository }));
  expect(listed.imageIds).toEqual([{ imageDigest: image.digest, imageTag: "2.4.0" }]);
  const layers = await ecr.send(
    new BatchCheckLayerAvailabilityCommand({
      repositoryName: repository,
      layerDigests: [image.config.digest, `sha256:${"0".repeat(64)}`],
    }),
  );
  expect(layers.layers?.map(({ layerAvailability }) => layerAvailability)).toEqual([
    "AVAILABLE",
    "UNAVAILABLE",
  ]);
});

test("a push that is repeated uploads nothing", async () => {
  const registry = await registryAs(owner);
  await pushImage(image, { registry, repository }, { tag: "2.4.0" });
  expect(await pushImage(image, { registry, repository }, { tag: "2.4.0" })).toMatchObject({
    bytes: 0,
    skipped: 2,
  });
});

test("an immutable tag stays with its image", async () => {
  const registry = await registryAs(owner);
  await pushImage(image, { registry, repository }, { tag: "2.4.0" });
  await expect(pushImage(other, { registry, repository }, { tag: "2.4.0" })).rejects.toMatchObject({
    status: 400,
  });
  expect(await registry.resolve(repository, "2.4.0")).toBe(image.digest);
});

test("a manifest whose layers the repository does not hold is refused", async () => {
  const registry = await registryAs(owner);
  await expect(registry.putManifest(repository, image.digest, image.manifest)).rejects.toMatchObject({
    status: 400,
  });
});

test("a blob that is not what its digest says is refused", async () => {
  const registry = await registryAs(owner);
  const altered = { digest: image.config.digest, bytes: Buffer.from("altered") };
  await expect(registry.uploadBlob(repository, altered)).rejects.toMatchObject({ status: 400 });
  expect(await registry.hasBlob(repository, image.config.digest)).toBe(false);
});

test("a layer arrives in parts as well, and counts when its digest is right", async () => {
  const bytes = Buffer.from("in three parts");
  const answer = await wire.clients(owner).ecr.send(new GetAuthorizationTokenCommand({}));
  const authorization = `Basic ${answer.authorizationData?.[0]?.authorizationToken}`;
  const send = (method: string, path: string, body?: Buffer) =>
    wire.http(`https://${host}${path}`, {
      method,
      headers: { authorization },
      body: body && new Uint8Array(body),
    });
  const started = await send("POST", `/v2/${repository}/blobs/uploads/`);
  const location = started.headers.get("location") ?? "";
  await send("PATCH", location, bytes.subarray(0, 5));
  const second = await send("PATCH", location, bytes.subarray(5, 9));
  expect(second.headers.get("range")).toBe("0-8");
  const finish = (digest: string) => send("PUT", `${location}?digest=${digest}`, bytes.subarray(9));
  expect((await finish(image.digest)).status).toBe(400);
  expect((await finish(digestOf(bytes))).status).toBe(201);
  expect(
    (await send("HEAD", `/v2/${repository}/blobs/${digestOf(bytes)}`)).headers.get("content-length"),
  ).toBe("14");
});

test("another account's registry is refused, and the log says who asked whom", async () => {
  const registry = await registryAs(stranger);
  await expect(registry.manifest(repository, image.digest)).rejects.toMatchObject({
    code: "denied",
    status: 403,
  });
  expect(wire.log().at(-1)).toMatchObject({
    account: stranger,
    service: "ecr",
    action: "BatchGetImage",
    resource: `arn:aws:ecr:${region}:${owner}:repository/${repository}`,
    resourceAccount: owner,
    decision: "deny",
  });
});

test("a password that was not issued here is no login", async () => {
  const credentials = { username: "AWS", password: Buffer.from("made up").toString("base64") };
  const registry = registryClient({ host, http: wire.http, credentials });
  await expect(registry.resolve(repository, "2.4.0")).rejects.toMatchObject({ code: "denied", status: 401 });
});

test("a password is good for twelve hours", async () => {
  const answer = await wire.clients(owner).ecr.send(new GetAuthorizationTokenCommand({}));
  const hours = (Number(answer.authorizationData?.[0]?.expiresAt) - Date.now()) / 3_600_000;
  expect(Math.round(hours)).toBe(12);
});

test("anybody may read the public registry, after its token, and nobody may write", async () => {
  seedRepository(publicRegistryAccount, "library/nats");
  const pull = {
    Effect: "Allow",
    Principal: "*",
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  };
  wire.put(publicRegistryAccount, "aws:ecr/repositoryPolicy:RepositoryPolicy", "library/nats", null, {
    repository: "library/nats",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [pull] }),
  });
  const registry = registryClient({ host: "registry-1.docker.io", http: wire.http });
  expect(await registry.resolve("library/nats", "latest")).toBeUndefined();
  expect(wire.log().at(-1)).toMatchObject({
    account: null,
    resourceAccount: publicRegistryAccount,
    decision: "allow",
  });
  await expect(registry.uploadBlob("library/nats", image.config)).rejects.toMatchObject({ code: "denied" });
});

test("ECR's errors carry its codes", async () => {
  const { ecr } = wire.clients(owner);
  await expect(
    ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["absent"] })),
  ).rejects.toMatchObject({
    name: "RepositoryNotFoundException",
  });
  const absent = new DescribeImagesCommand({
    repositoryName: repository,
    imageIds: [{ imageTag: "absent" }],
  });
  await expect(ecr.send(absent)).rejects.toMatchObject({ name: "ImageNotFoundException" });
  await expect(
    wire
      .clients(stranger)
      .ecr.send(new DescribeImagesCommand({ registryId: owner, repositoryName: repository })),
  ).rejects.toMatchObject({ name: "AccessDeniedException" });
});
