import { z } from "zod";
import { type Organization, organizationOf, policiesOn } from "../authoriser/organizations.ts";
import { members } from "../input.ts";
import { AwsError } from "../request.ts";
import type { HandlerContext, Handlers } from "./handler.ts";

const kinds = { SERVICE_CONTROL_POLICY: "scp", RESOURCE_CONTROL_POLICY: "rcp" } as const;

/** Members learn which organization they belong to; its policies are shown to the management account alone (Organizations API reference). */
export const handlers: Handlers = {
  async DescribeOrganization(request) {
    return asked(request, "DescribeOrganization", ({ id, managementAccount }) => ({
      Organization: {
        Id: id,
        Arn: `arn:aws:organizations::${managementAccount}:organization/${id}`,
        FeatureSet: "ALL",
        MasterAccountId: managementAccount,
        MasterAccountArn: `arn:aws:organizations::${managementAccount}:account/${id}/${managementAccount}`,
      },
    }));
  },

  async ListParents(request) {
    const { ChildId: child } = members({ ChildId: z.string() }, request.input);
    return asked(request, "ListParents", (organization) => {
      managementOnly(request, organization);
      // Every account of the stand-in lies directly under its organization's root.
      return { Parents: child.startsWith("r-") ? [] : [{ Id: rootOf(organization), Type: "ROOT" }] };
    });
  },

  async ListPoliciesForTarget(request) {
    const { TargetId: target, Filter: filter } = members(
      {
        TargetId: z.string(),
        Filter: z.enum(Object.keys(kinds) as [keyof typeof kinds]),
      },
      request.input,
      "InvalidInputException",
    );
    return asked(request, "ListPoliciesForTarget", (organization) => {
      managementOnly(request, organization);
      const on = target === rootOf(organization) ? organization.id : target;
      return {
        Policies: policiesOn(request.cloud.store, on)
          .filter(({ kind }) => kind === kinds[filter])
          .map(({ id }) => ({ ...summary(id, organization), Type: filter })),
      };
    });
  },

  async DescribePolicy(request) {
    const { PolicyId: id } = members({ PolicyId: z.string() }, request.input);
    return asked(request, "DescribePolicy", (organization) => {
      managementOnly(request, organization);
      const found = policiesOn(request.cloud.store).find((policy) => policy.id === id);
      if (found === undefined) {
        throw new AwsError("PolicyNotFoundException", "You specified a policy that doesn't exist.");
      }
      return { Policy: { PolicySummary: summary(id, organization), Content: found.policy } };
    });
  },
};

const rootOf = ({ id }: Organization) => id.replace(/^o-/, "r-");

function summary(id: string, { id: organization, managementAccount }: Organization) {
  const arn = `arn:aws:organizations::${managementAccount}:policy/${organization}/${id}`;
  return { Id: id, Arn: arn, Name: id, AwsManaged: false };
}

function asked(
  { cloud, caller, region, input }: HandlerContext,
  action: string,
  effect: (organization: Organization) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return cloud.perform({ caller, service: "organizations", action, region, input }, () => {
    const organization = organizationOf(cloud.store, caller.account);
    if (organization !== undefined) return effect(organization);
    const message = "Your account is not a member of an organization.";
    throw new AwsError("AWSOrganizationsNotInUseException", message);
  });
}

function managementOnly({ caller }: HandlerContext, { managementAccount }: Organization): void {
  if (caller.account === managementAccount) return;
  throw new AwsError("AccessDeniedException", "You don't have permissions to access this resource.");
}
