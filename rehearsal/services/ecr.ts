import { z } from "zod";
import { findImage, imagesOf, layerSize, type StoredImage } from "../images.ts";
import { members } from "../input.ts";
import { AwsError, type Caller, type StandInCloud } from "../request.ts";
import type { HandlerContext, Handlers } from "./handler.ts";

const repositoryProperties = z.object({
  name: z.string(),
  repositoryUrl: z.string(),
  imageTagMutability: z.string().default("MUTABLE"),
});
const repositoryPolicyProperties = z.object({ repository: z.string(), policy: z.string() });
const imageId = z.object({ imageDigest: z.string().optional(), imageTag: z.string().optional() });
const imageIds = z.array(imageId);
const tokenContent = z.object({
  account: z.string(),
  principal: z.string(),
  roleArn: z.string().optional(),
  sessionPolicy: z.string().optional(),
  expires: z.string(),
});

/** A registry token is good for twelve hours, as AWS's are. */
const tokenLifetimeMilliseconds = 12 * 3600 * 1000;
const tokenContext = "ecr:authorization-token";

type Repository = z.infer<typeof repositoryProperties> & { readonly arn: string; readonly account: string };

/** The caller that a registry password was issued to; undefined for a password nobody issued, or an old one. */
export function callerOfToken(cloud: StandInCloud, password: string): Caller | undefined {
  let opened: Uint8Array;
  try {
    opened = cloud.store.open(Buffer.from(password, "base64").toString("utf8"), tokenContext);
  } catch {
    return undefined; // Authenticated encryption: whatever does not open was not issued here.
  }
  const { expires, ...caller } = tokenContent.parse(JSON.parse(Buffer.from(opened).toString("utf8")));
  return new Date(expires) > cloud.now() ? caller : undefined;
}

/** The repository as the engine's provider (or the vendor's seed) made it. */
export function repositoryOf({ store }: StandInCloud, account: string, name: string): Repository {
  const found = repositoriesOf(store, account).find((repository) => repository.name === name);
  if (found !== undefined) return found;
  throw new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  );
}

function repositoriesOf(store: StandInCloud["store"], account: string): Repository[] {
  return store.list({ account, type: "aws:ecr/repository:Repository" }).map(({ arn, properties }) => ({
    ...repositoryProperties.parse(properties),
    arn: arn ?? "",
    account,
  }));
}

/** ARN by which policies and the request log name a repository, whether it exists or not. */
export function repositoryArn(region: string, account: string, name: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}

const registryId = z.string().optional();
const common = { registryId, repositoryName: z.string() };

/** Reads the input, and performs `effect` on the repository that it names, in the caller's registry or the named one. */
function onRepository<Shape extends z.ZodRawShape>(
  action: string,
  shape: Shape,
  answer: (
    repository: Repository,
    input: z.infer<z.ZodObject<Shape>>,
    context: HandlerContext,
  ) => Record<string, unknown>,
) {
  return async (context: HandlerContext) => {
    const { cloud, caller, region } = context;
    const { registryId: owner = caller.account, repositoryName } = members(common, context.input);
    const input = members(shape, context.input);
    const resource = repositoryArn(region, owner, repositoryName);
    return cloud.perform(
      { caller, service: "ecr", action, region, resource, resourceAccount: owner, input: context.input },
      () => answer(repositoryOf(cloud, owner, repositoryName), input, context),
    );
  };
}

function imageDetail(repository: Repository, image: StoredImage): Record<string, unknown> {
  return {
    registryId: repository.account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.imageTags.length === 0 ? {} : { imageTags: image.imageTags }),
    imageSizeInBytes: image.size,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
  };
}

const printed = ({ imageDigest, imageTag }: z.infer<typeof imageId>) =>
  `{imageDigest:'${imageDigest ?? "null"}', imageTag:'${imageTag ?? "null"}'}`;

/** ECR's API but for the image transfer itself, which goes through the registry API (`rehearsal/registry.ts`). */
export const handlers: Handlers = {
  GetAuthorizationToken: ({ cloud, caller, region, input }) =>
    cloud.perform({ caller, service: "ecr", action: "GetAuthorizationToken", region, input }, () => {
      const expires = new Date(cloud.now().getTime() + tokenLifetimeMilliseconds);
      const content = JSON.stringify({ ...caller, expires: expires.toISOString() });
      const password = Buffer.from(cloud.store.seal(Buffer.from(content), tokenContext)).toString("base64");
      const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
      const proxyEndpoint = `https://${caller.account}.dkr.ecr.${region}.amazonaws.com`;
      return { authorizationData: [{ authorizationToken, expiresAt: expires, proxyEndpoint }] };
    }),

  DescribeRepositories: async ({ cloud, caller, region, input }) => {
    const asked = members({ registryId, repositoryNames: z.array(z.string()).optional() }, input);
    const owner = asked.registryId ?? caller.account;
    return cloud.perform(
      { caller, service: "ecr", action: "DescribeRepositories", region, resourceAccount: owner, input },
      () => {
        const repositories =
          asked.repositoryNames?.map((name) => repositoryOf(cloud, owner, name)) ??
          repositoriesOf(cloud.store, owner);
        return {
          repositories: repositories.map(({ arn, name, repositoryUrl, imageTagMutability }) => ({
            repositoryArn: arn,
            registryId: owner,
            repositoryName: name,
            repositoryUri: repositoryUrl,
            imageTagMutability,
          })),
        };
      },
    );
  },

  GetRepositoryPolicy: onRepository("GetRepositoryPolicy", {}, ({ account, name }, _input, { cloud }) => {
    const stored = cloud.store
      .list({ account, type: "aws:ecr/repositoryPolicy:RepositoryPolicy" })
      .map(({ properties }) => repositoryPolicyProperties.parse(properties))
      .find(({ repository }) => repository === name);
    if (stored === undefined) {
      throw new AwsError(
        "RepositoryPolicyNotFoundException",
        `Repository policy does not exist for the repository with name '${name}' in the registry with id '${account}'`,
      );
    }
    return { registryId: account, repositoryName: name, policyText: stored.policy };
  }),

  DescribeImages: onRepository(
    "DescribeImages",
    { imageIds: imageIds.optional() },
    (repository, input, { cloud }) => {
      const { account, name } = repository;
      const images =
        input.imageIds?.map((id) => {
          const image = findImage(cloud.store, account, name, id.imageDigest ?? id.imageTag ?? "");
          if (image !== undefined) return image;
          throw new AwsError(
            "ImageNotFoundException",
            `The image with imageId ${printed(id)} does not exist within the repository with name '${name}' in the registry with id '${account}'`,
          );
        }) ?? imagesOf(cloud.store, account, name);
      return { imageDetails: images.map((image) => imageDetail(repository, image)) };
    },
  ),

  ListImages: onRepository("ListImages", {}, ({ account, name }, _input, { cloud }) => ({
    imageIds: imagesOf(cloud.store, account, name).flatMap(({ digest, imageTags }) =>
      imageTags.length === 0
        ? [{ imageDigest: digest }]
        : imageTags.map((imageTag) => ({ imageDigest: digest, imageTag })),
    ),
  })),

  BatchGetImage: onRepository("BatchGetImage", { imageIds }, ({ account, name }, input, { cloud }) => {
    const asked = input.imageIds.map((id) => ({
      id,
      image: findImage(cloud.store, account, name, id.imageDigest ?? id.imageTag ?? ""),
    }));
    return {
      images: asked.flatMap(({ id, image }) => {
        const manifest = image === undefined ? undefined : cloud.store.getBlob(image.digest);
        if (image === undefined || manifest === undefined) return [];
        return [
          {
            registryId: account,
            repositoryName: name,
            imageId: { ...id, imageDigest: image.digest },
            imageManifest: Buffer.from(manifest).toString("utf8"),
            imageManifestMediaType: image.mediaType,
          },
        ];
      }),
      failures: asked
        .filter(({ image }) => image === undefined)
        .map(({ id }) => ({
          imageId: id,
          failureCode: "ImageNotFound",
          failureReason: "Requested image not found",
        })),
    };
  }),

  BatchCheckLayerAvailability: onRepository(
    "BatchCheckLayerAvailability",
    { layerDigests: z.array(z.string()) },
    ({ account, name }, input, { cloud }) => ({
      layers: input.layerDigests.map((layerDigest) => {
        const layer = layerSize(cloud.store, account, name, layerDigest);
        return layer === undefined
          ? { layerDigest, layerAvailability: "UNAVAILABLE" }
          : { layerDigest, layerAvailability: "AVAILABLE", layerSize: layer };
      }),
      failures: [],
    }),
  ),
};
