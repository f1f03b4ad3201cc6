import { z } from "zod";
import { findImage } from "../images.ts";
import { AwsError } from "../request.ts";
import type { Actor } from "./lifecycle.ts";
import { find, type Properties } from "./resource-type.ts";

type Lookup = (actor: Actor, given: Properties) => Promise<Properties> | Properties;

const imageArguments = z.object({
  repositoryName: z.string(),
  imageDigest: z.string().optional(),
  imageTag: z.string().optional(),
});
const routeTableArguments = z.object({ subnetId: z.string() });

/** The look-ups (`aws.….get…`) that the stacks use, by the engine's token. */
const lookups: Readonly<Record<string, Lookup>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": ({ caller }) => ({
    id: caller.account,
    accountId: caller.account,
    arn: caller.principal,
    userId: caller.principal,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    endpoint: `ec2.${region}.amazonaws.com`,
    description: region,
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region }) => {
    const names = ["a", "b", "c"].map((letter) => `${region}${letter}`);
    return {
      id: region,
      region,
      names,
      zoneIds: names.map((_name, index) => `${region}-az${index + 1}`),
      groupNames: [region],
    };
  },
  "aws:ecr/getImage:getImage": async ({ cloud, caller, region }, given) => {
    const { repositoryName, imageDigest, imageTag } = imageArguments.parse(given);
    const resource = `arn:aws:ecr:${region}:${caller.account}:repository/${repositoryName}`;
    return cloud.perform(
      { caller, service: "ecr", action: "DescribeImages", region, resource, input: given },
      () => {
        const reference = imageDigest ?? imageTag ?? "latest";
        const image = findImage(cloud.store, caller.account, repositoryName, reference);
        if (image === undefined) {
          throw new AwsError(
            "ImageNotFoundException",
            `The image with ${reference} does not exist within the repository '${repositoryName}' in the registry with id '${caller.account}'`,
          );
        }
        return {
          id: image.digest,
          imageDigest: image.digest,
          imageTag: imageTag ?? "",
          imageTags: image.imageTags,
          imagePushedAt: Math.floor(Date.parse(image.pushedAt) / 1000),
          imageSizeInBytes: image.size,
          imageUri: `${caller.account}.dkr.ecr.${region}.amazonaws.com/${repositoryName}@${image.digest}`,
          registryId: caller.account,
          repositoryName,
          region,
        };
      },
    );
  },
  "aws:ec2/getRouteTable:getRouteTable": async ({ cloud, caller, region }, given) => {
    const { subnetId } = routeTableArguments.parse(given);
    return cloud.perform(
      { caller, service: "ec2", action: "DescribeRouteTables", region, input: given },
      () => {
        const association = cloud.store
          .list({ account: caller.account, type: "aws:ec2/routeTableAssociation:RouteTableAssociation" })
          .find(({ properties }) => properties.subnetId === subnetId);
        const place = { store: cloud.store, caller };
        const table = find(place, "aws:ec2/routeTable:RouteTable", association?.properties.routeTableId);
        if (table === undefined) {
          throw new AwsError(
            "InvalidRouteTableID.NotFound",
            `No route table is associated with the subnet ${subnetId}.`,
          );
        }
        return { ...table.properties, id: table.id, subnetId, region };
      },
    );
  },
};

/** @throws Error when the stand-in does not know the look-up, or the cloud refuses it */
export async function invoke(actor: Actor, token: string, given: Properties): Promise<Properties> {
  const lookup = lookups[token];
  if (lookup === undefined) {
    throw new Error(
      `The rehearsal's stand-in for AWS does not know the look-up ${token}: add it to rehearsal/provider/invoke.ts. It knows ${Object.keys(lookups).join(", ")}.`,
    );
  }
  try {
    return await lookup(actor, given);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Error(`invoking ${token}: api error ${error.code}: ${error.message}`, { cause: error });
  }
}
