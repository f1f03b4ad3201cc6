import { z } from "zod";
import { members } from "../input.ts";
import { AwsError } from "../request.ts";
import type { StoredObject } from "../store.ts";
import type { Handler, HandlerContext, Handlers } from "./handler.ts";

const kinds = {
  Role: {
    type: "aws:iam/role:Role",
    inline: "aws:iam/rolePolicy:RolePolicy",
    attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  },
  User: {
    type: "aws:iam/user:User",
    inline: "aws:iam/userPolicy:UserPolicy",
    attachment: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  },
} as const;
type Kind = keyof typeof kinds;

const text = z.string().min(1);

/** What changes who somebody is or what they may do: trust, policies and boundaries of roles and users. */
export const changes: Handlers = {
  UpdateAssumeRolePolicy: on(
    "Role",
    "UpdateAssumeRolePolicy",
    { PolicyDocument: text },
    (request, role, input) => change(request, role, { assumeRolePolicy: input.PolicyDocument }),
  ),
  ...changesOf("Role"),
  ...changesOf("User"),
};

function changesOf(kind: Kind): Handlers {
  const { inline, attachment } = kinds[kind];
  const holder = kind.toLowerCase();
  const named = { PolicyName: text };
  const attached = { PolicyArn: text };
  const nameOf = ({ properties }: StoredObject) => `${properties.name}`;
  return {
    [`Put${kind}Policy`]: on(
      kind,
      `Put${kind}Policy`,
      { ...named, PolicyDocument: text },
      ({ cloud }, found, input) =>
        cloud.store.put({
          account: found.account,
          type: inline,
          id: `${nameOf(found)}:${input.PolicyName}`,
          arn: null,
          properties: { [holder]: nameOf(found), name: input.PolicyName, policy: input.PolicyDocument },
        }),
    ),
    [`Delete${kind}Policy`]: on(kind, `Delete${kind}Policy`, named, ({ cloud }, found, input) =>
      cloud.store.delete(found.account, inline, `${nameOf(found)}:${input.PolicyName}`),
    ),
    [`Attach${kind}Policy`]: on(kind, `Attach${kind}Policy`, attached, ({ cloud }, found, input) =>
      cloud.store.put({
        account: found.account,
        type: attachment,
        id: `${nameOf(found)}-${input.PolicyArn}`,
        arn: null,
        properties: { [holder]: nameOf(found), policyArn: input.PolicyArn },
      }),
    ),
    [`Detach${kind}Policy`]: on(kind, `Detach${kind}Policy`, attached, ({ cloud }, found, input) =>
      cloud.store.delete(found.account, attachment, `${nameOf(found)}-${input.PolicyArn}`),
    ),
    [`Put${kind}PermissionsBoundary`]: on(
      kind,
      `Put${kind}PermissionsBoundary`,
      { PermissionsBoundary: text },
      (request, found, input) => change(request, found, { permissionsBoundary: input.PermissionsBoundary }),
    ),
    [`Delete${kind}PermissionsBoundary`]: on(kind, `Delete${kind}PermissionsBoundary`, {}, (request, found) =>
      change(request, found, { permissionsBoundary: "" }),
    ),
  };
}

function on<Shape extends z.ZodRawShape>(
  kind: Kind,
  action: string,
  shape: Shape,
  effect: (request: HandlerContext, found: StoredObject, input: z.infer<z.ZodObject<Shape>>) => void,
): Handler {
  return (request) => {
    const { cloud, caller, region, input } = request;
    const name = members({ [`${kind}Name`]: text }, input, "ValidationError")[`${kind}Name`] ?? "";
    const asked = members(shape, input, "ValidationError");
    const found = cloud.store.get(caller.account, kinds[kind].type, name);
    const resource = found?.arn ?? `arn:aws:iam::${caller.account}:${kind.toLowerCase()}/${name}`;
    return cloud.perform({ caller, service: "iam", action, region, resource, input }, () => {
      if (found === undefined) {
        throw new AwsError(
          "NoSuchEntity",
          `The ${kind.toLowerCase()} with name ${name} cannot be found.`,
          404,
        );
      }
      effect(request, found, asked);
      return {};
    });
  };
}

function change(
  { cloud }: HandlerContext,
  found: StoredObject,
  properties: StoredObject["properties"],
): void {
  cloud.store.put({ ...found, properties: { ...found.properties, ...properties } });
}
