import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { Model, ModelRole } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";

/** All roles that a stack makes, by their key in the model. */
export function createRoles(
  model: Model,
  stack: string,
  options: CustomResourceOptions,
): Readonly<Record<string, aws.iam.Role>> {
  const ours = Object.entries(model.roles).filter(([, role]) => role.stack === stack);
  return Object.fromEntries(ours.map(([key, role]) => [key, createRole(key, role, stack, options)]));
}

/** A role with exactly the trust and the inline policies of the model; what another stack attaches is left to that stack. */
function createRole(
  key: string,
  role: ModelRole,
  stack: string,
  options: CustomResourceOptions,
): aws.iam.Role {
  const created = new aws.iam.Role(
    key,
    {
      name: role.name,
      description: role.description,
      assumeRolePolicy: policyText(role.trust),
      maxSessionDuration: role.maxSessionSeconds,
    },
    options,
  );
  for (const inline of role.identity) {
    if (inline.stack !== undefined && inline.stack !== stack) continue;
    new aws.iam.RolePolicy(
      `${key}-${inline.name}`,
      { role: created.name, name: inline.name, policy: policyText(inline.document) },
      options,
    );
  }
  return created;
}
