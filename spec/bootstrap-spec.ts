import { z } from "zod";
import { policyOperationsSchema } from "./wallet-spec.ts";
import type { Finding } from "./yaml-file.ts";

const text = z.string().min(1);

const userSchema = z.strictObject({
  /** The user's e-mail address at the identity provider. */
  user_id: text,
  name: text,
  /** A user is in one group at most; without one, they are among all approvers. */
  group: text.optional(),
  role: z.enum(["Admin", "MarketOps", "Viewer", "AutomatedApprover"]).optional(),
  /** Users of the programming interface may bring a key: an uncompressed P-256 point (65 bytes) in base64. */
  public_key: z
    .string()
    .regex(/^[A-Za-z0-9+/]{87}=$/, "65 bytes in base64 (88 characters)")
    .optional(),
});

/** The newer policy language: every restriction that matches has to be met. */
const restrictionSchema = z.strictObject({
  id: text,
  kind: z.enum(["transaction", "config", "policy"]),
  /** Approvals needed, of members of `group`. */
  required: z.number().int().min(1),
  group: text,
  /** Only transactions have filters; a config or policy restriction holds for every operation of its kind. */
  filters: z
    .strictObject({
      destination: z.enum(["internal", "external"]).optional(),
      min_amount: z
        .string()
        .regex(/^\d+(\.\d+)?$/, 'an amount in quotes, such as "500"')
        .optional(),
      currency: text.optional(),
      assets: z.array(text).optional(),
    })
    .optional(),
});

/**
 * bootstrap.yaml: users, groups and administrative policies, applied once when the wallet is healthy. The vendor publishes no schema.
 * This is our reading: users as in older specifications, `policies` in the older and `restrictions` in the newer policy language; the
 * file's own bytes are what the vendor's task gets, so a difference in reading is a refusal here and never a silent change.
 */
export const bootstrapSpecSchema = z.strictObject({
  api_version: text.optional(),
  groups: z.array(z.strictObject({ name: text, description: z.string().optional() })),
  users: z.array(userSchema).min(1),
  policies: policyOperationsSchema.optional(),
  restrictions: z.array(restrictionSchema).optional(),
});

export type BootstrapSpec = z.infer<typeof bootstrapSpecSchema>;

/** Groups that are named but not defined, or defined twice. */
export function groupFindings({
  groups: defined,
  users,
  policies = {},
  restrictions = [],
}: BootstrapSpec): Finding[] {
  const names = defined.map(({ name }) => name);
  const unknown = (path: readonly PropertyKey[], group: string | undefined): Finding[] =>
    group === undefined || names.includes(group)
      ? []
      : [
          {
            path,
            message: `unknown group ${JSON.stringify(group)}; accepted: ${names.join(", ") || "none, since no group is defined"}`,
            hint: "define it under groups, or mend its spelling",
          },
        ];
  return [
    ...names.flatMap((name, index) =>
      names.indexOf(name) < index
        ? [{ path: ["groups", index, "name"], message: `the group ${name} is defined twice` }]
        : [],
    ),
    ...users.flatMap(({ group }, index) => unknown(["users", index, "group"], group)),
    ...Object.entries(policies).flatMap(([operation, { Policies }]) =>
      Policies.flatMap(({ ApproverExpression, TriggerGroup }, index) => {
        const path = ["policies", operation, "Policies", index];
        const approvers = "Groups" in ApproverExpression ? ApproverExpression.Groups : [];
        return [
          ...approvers.flatMap((group, position) =>
            unknown([...path, "ApproverExpression", "Groups", position], group),
          ),
          ...unknown([...path, "TriggerGroup"], TriggerGroup),
        ];
      }),
    ),
    ...restrictions.flatMap(({ group }, index) => unknown(["restrictions", index, "group"], group)),
  ];
}
