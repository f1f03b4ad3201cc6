import { z } from "zod";
import { members } from "../input.ts";
import { ec2Id } from "../provider/types/network.ts";
import { AwsError, type Right } from "../request.ts";
import type { Handlers } from "./handler.ts";

const profile = z.object({ Arn: z.string().optional(), Name: z.string().optional() });
const hostService = "ec2.amazonaws.com";

/** Starting a host by hand, with the rights of the role that it is to carry. */
export const changes: Handlers = {
  async RunInstances({ cloud, caller, region, input }) {
    const { IamInstanceProfile, InstanceType, UserData } = members(
      {
        IamInstanceProfile: profile.optional(),
        InstanceType: z.string().default("m5.xlarge"),
        UserData: z.string().optional(),
      },
      input,
      "InvalidParameterValue",
    );
    const name = IamInstanceProfile?.Name ?? IamInstanceProfile?.Arn?.split("/").at(-1);
    const carried =
      name === undefined
        ? undefined
        : cloud.store.get(caller.account, "aws:iam/instanceProfile:InstanceProfile", name);
    const role =
      carried === undefined ? undefined : `arn:aws:iam::${caller.account}:role/${carried.properties.role}`;
    return cloud.perform(
      {
        caller,
        service: "ec2",
        action: "RunInstances",
        region,
        input,
        also: carriedRights(caller.account, role),
      },
      () => {
        if (name !== undefined && carried === undefined) {
          throw new AwsError(
            "InvalidParameterValue",
            `Value (${name}) for parameter iamInstanceProfile.name is invalid.`,
          );
        }
        const id = ec2Id("i");
        const arn = `arn:aws:ec2:${region}:${caller.account}:instance/${id}`;
        cloud.store.put({
          account: caller.account,
          type: "aws:ec2/instance:Instance",
          id,
          arn,
          properties: {
            instanceId: id,
            arn,
            instanceType: InstanceType,
            iamInstanceProfile: name,
            userData: UserData,
          },
        });
        return { instancesSet: [{ instanceId: id, instanceType: InstanceType }] };
      },
    );
  },
};

/** The caller passes the role, and the role lets hosts carry it. */
function carriedRights(account: string, role: string | undefined): readonly Right[] {
  if (role === undefined) return [];
  const caller = { account, principal: hostService };
  return [
    { action: "iam:PassRole", resource: role, context: { "iam:PassedToService": hostService } },
    { action: "sts:AssumeRole", resource: role, caller },
  ];
}
