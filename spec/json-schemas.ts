import { z } from "zod";
import { bootstrapSpecSchema } from "./bootstrap-spec.ts";
import { customerSecretsSchema } from "./customer-secrets.ts";
import { deploymentSchema } from "./deployment.ts";
import { walletSpecSchema } from "./wallet-spec.ts";

/** What an editor can tell of each input file while it is written; `ivault check` tells the rest. */
export const jsonSchemas = {
  deployment: editorSchema("deployment.yaml: where, by whom and in which sizes", deploymentSchema),
  "bd-wallet": editorSchema("bd-wallet.yaml: the vendor's installation specification", walletSpecSchema),
  bootstrap: editorSchema("bootstrap.yaml: users, groups and administrative policies", bootstrapSpecSchema),
  "customer-secrets": editorSchema(
    "customer-secrets.yml: what only the infrastructure admin knows",
    customerSecretsSchema,
  ),
} as const;

function editorSchema(title: string, schema: z.ZodType) {
  return { title, ...z.toJSONSchema(schema, { io: "input", target: "draft-7" }) };
}
