import { createHash } from "node:crypto";
import { z } from "zod";
import { members } from "../input.ts";
import type { Handlers } from "./handler.ts";

const assumeRoleMembers = {
  RoleArn: z.string().min(20),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  Policy: z.string().optional(),
};

/** Who the caller is, and other roles' sessions; whether a role may be assumed is decided by its trust policy. */
export const handlers: Handlers = {
  async GetCallerIdentity({ cloud, caller, region, input }) {
    return cloud.perform({ caller, service: "sts", action: "GetCallerIdentity", region, input }, () => ({
      UserId: `${uniqueId(caller.principal)}:${caller.principal.split("/").at(-1)}`,
      Account: caller.account,
      Arn: caller.principal,
    }));
  },
  async AssumeRole({ cloud, caller, region, input }) {
    const { RoleArn, RoleSessionName, Policy } = members(assumeRoleMembers, input, "ValidationError");
    const [, , , , resourceAccount] = RoleArn.split(":");
    const request = {
      caller,
      service: "sts",
      action: "AssumeRole",
      region,
      resource: RoleArn,
      resourceAccount,
      input,
    };
    return cloud.perform(request, () => {
      const session = cloud.issueSession(RoleArn, RoleSessionName, { sessionPolicy: Policy });
      const assumed = cloud.callerOf(session.accessKeyId, session.sessionToken);
      return {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.sessionToken,
          Expiration: session.expiration,
        },
        AssumedRoleUser: {
          AssumedRoleId: `${uniqueId(RoleArn)}:${RoleSessionName}`,
          Arn: assumed?.principal,
        },
      };
    });
  },
};

/** Roles have ids of 21 characters that begin with AROA; here it follows from the ARN, so that it is stable. */
function uniqueId(arn: string): string {
  const role = arn.replace(":sts:", ":iam:").replace(/:assumed-role\/([^/]+)\/.*$/, ":role/$1");
  return `AROA${createHash("sha256").update(role).digest("hex").toUpperCase().slice(0, 17)}`;
}
