import { z } from "zod";
import { members, tagList, tagsOf } from "../input.ts";
import type { StoredObject } from "../store.ts";
import type { Handlers } from "./handler.ts";

const getResourcesMembers = {
  TagFilters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).default([]) })).default([]),
  ResourceTypeFilters: z.array(z.string()).default([]),
  ResourceARNList: z.array(z.string()).default([]),
};

/** The tagging API does not list roles and users, whose tags only IAM reads (its user guide, "Services that support the API"). */
const unlisted = ["aws:iam/role:Role", "aws:iam/user:User"];
/** Where resources of global services are listed. */
const globalRegion = "us-east-1";

/** Resources of the caller's account and the request's Region by tag: every filter must hold, by any of its values. */
export const handlers: Handlers = {
  async GetResources({ cloud, caller, region, input }) {
    const { TagFilters, ResourceTypeFilters, ResourceARNList } = members(
      getResourcesMembers,
      input,
      "InvalidParameterException",
    );
    return cloud.perform({ caller, service: "tag", action: "GetResources", region, input }, () => {
      const found = cloud.store
        .list({ account: caller.account })
        .filter(({ type }) => !unlisted.includes(type))
        .flatMap((object) => (object.arn === null ? [] : [{ arn: object.arn, object }]))
        .filter(({ arn, object }) => listedIn(region, arn, object))
        .filter(({ object }) => Object.keys(tagsOf(object.properties)).length > 0)
        .filter(({ arn }) => ResourceARNList.length === 0 || ResourceARNList.includes(arn))
        .filter(
          ({ arn }) =>
            ResourceTypeFilters.length === 0 || ResourceTypeFilters.some((type) => isOfType(arn, type)),
        )
        .filter(({ object }) => {
          const tags = tagsOf(object.properties);
          return TagFilters.every(({ Key, Values }) => {
            const value = tags[Key];
            return value !== undefined && (Values.length === 0 || Values.includes(value));
          });
        });
      const byArn = new Map(found.map(({ arn, object }) => [arn, object]));
      return {
        ResourceTagMappingList: [...byArn].map(([ResourceARN, { properties }]) => ({
          ResourceARN,
          Tags: tagList(properties),
        })),
        PaginationToken: "",
      };
    });
  },
};

/** Buckets have no Region in their ARN but live in one. */
function listedIn(region: string, arn: string, { properties }: StoredObject): boolean {
  const [, , service, arnRegion] = arn.split(":");
  const home = arnRegion || (service === "s3" ? properties.region : globalRegion);
  return home === undefined || home === region;
}

/** `kms:key`, or `kms` for all kinds of the service. */
function isOfType(arn: string, filter: string): boolean {
  const [, , service, , , resource = ""] = arn.split(":");
  const [wantedService, wantedType] = filter.split(":");
  return service === wantedService && (wantedType === undefined || resource.split("/")[0] === wantedType);
}
