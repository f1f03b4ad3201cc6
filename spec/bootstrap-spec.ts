import { z } from "zod";
import { policyOperationsSchema } from "./wallet-spec.ts";

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
    .regex(
      /^B[A-Za-z0-9+/]{86}=$/,
      "an uncompressed point of 65 bytes in base64 (88 characters, beginning with B)",
    )
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
export type Restriction = z.infer<typeof restrictionSchema>;
