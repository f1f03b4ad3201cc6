import { z } from "zod";
import { members, tagList } from "../input.ts";
import { AwsError } from "../request.ts";
import type { StoredObject } from "../store.ts";
import type { HandlerContext, Handlers } from "./handler.ts";
import { changes } from "./iam-changes.ts";
import { authorizationDetails } from "./iam-details.ts";

const roleProperties = z.object({
  name: z.string(),
  arn: z.string(),
  path: z.string().default("/"),
  uniqueId: z.string(),
  createDate: z.string(),
  description: z.string().default(""),
  maxSessionDuration: z.number().default(3600),
  assumeRolePolicy: z.string(),
});
const rolePolicyProperties = z.object({ role: z.string(), name: z.string(), policy: z.string() });
const attachmentProperties = z.object({ role: z.string(), policyArn: z.string() });
const roleName = { RoleName: z.string().min(1) };

/** Reading roles and their policies. Documents travel URL-encoded, as IAM sends them. */
export const handlers: Handlers = {
  ...changes,
  async GetRole(request) {
    return onRole(request, "GetRole", (role) => ({ Role: described(role) }));
  },
  async ListRoles(request) {
    const { cloud, caller, region, input } = request;
    const { PathPrefix } = members({ PathPrefix: z.string().default("/") }, input, "ValidationError");
    return cloud.perform({ caller, service: "iam", action: "ListRoles", region, input }, () => ({
      Roles: cloud.store
        .list({ account: caller.account, type: "aws:iam/role:Role" })
        .map(described)
        .filter(({ Path }) => Path.startsWith(PathPrefix))
        .map(({ Tags: _, ...role }) => role),
      IsTruncated: false,
    }));
  },
  async GetRolePolicy(request) {
    const { PolicyName } = members({ PolicyName: z.string().min(1) }, request.input, "ValidationError");
    return onRole(request, "GetRolePolicy", (_role, RoleName) => {
      const found = inlinePolicies(request, RoleName).find(({ name }) => name === PolicyName);
      if (found === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(found.policy) };
    });
  },
  async ListRolePolicies(request) {
    return onRole(request, "ListRolePolicies", (_role, RoleName) => ({
      PolicyNames: inlinePolicies(request, RoleName).map(({ name }) => name),
      IsTruncated: false,
    }));
  },
  async ListAttachedRolePolicies(request) {
    return onRole(request, "ListAttachedRolePolicies", (_role, RoleName) => ({
      AttachedPolicies: request.cloud.store
        .list({ account: request.caller.account, type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment" })
        .map(({ properties }) => attachmentProperties.parse(properties))
        .filter(({ role }) => role === RoleName)
        .map(({ policyArn }) => ({ PolicyName: policyArn.split("/").at(-1), PolicyArn: policyArn })),
      IsTruncated: false,
    }));
  },
  async GetAccountAuthorizationDetails({ cloud, caller, region, input }) {
    return cloud.perform(
      { caller, service: "iam", action: "GetAccountAuthorizationDetails", region, input },
      () => authorizationDetails(cloud.store, caller.account),
    );
  },
  async GetAccountSummary({ cloud, caller, region, input }) {
    return cloud.perform({ caller, service: "iam", action: "GetAccountSummary", region, input }, () => ({
      SummaryMap: new Map([
        ["AccountMFAEnabled", 1],
        ["AccountAccessKeysPresent", 0],
        ["Roles", cloud.store.list({ account: caller.account, type: "aws:iam/role:Role" }).length],
      ]),
    }));
  },
};

function onRole<T extends Record<string, unknown>>(
  { cloud, caller, region, input }: HandlerContext,
  action: string,
  work: (role: StoredObject, name: string) => T,
): Promise<T> {
  const { RoleName } = members(roleName, input, "ValidationError");
  const role = cloud.store.get(caller.account, "aws:iam/role:Role", RoleName);
  const resource = role?.arn ?? `arn:aws:iam::${caller.account}:role/${RoleName}`;
  return cloud.perform({ caller, service: "iam", action, region, resource, input }, () => {
    if (role === undefined) throw noSuchEntity(`The role with name ${RoleName} cannot be found.`);
    return work(role, RoleName);
  });
}

function inlinePolicies({ cloud, caller }: HandlerContext, name: string) {
  return cloud.store
    .list({ account: caller.account, type: "aws:iam/rolePolicy:RolePolicy" })
    .map(({ properties }) => rolePolicyProperties.parse(properties))
    .filter(({ role }) => role === name);
}

function described({ properties }: StoredObject) {
  const role = roleProperties.parse(properties);
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.uniqueId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encodeURIComponent(role.assumeRolePolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    Tags: tagList(properties),
  };
}

function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, 404);
}
