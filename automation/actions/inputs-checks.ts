import { checkErsPublicKey } from "../../spec/ers-key.ts";
import { Refusal } from "../errors.ts";
import { sha256Hex } from "../text/canonical-json.ts";
import type { Action, ActionContext, Finding } from "./action.ts";
import { check, waiting } from "./finding.ts";

/** What a check of the input files alone finds: true wherever it is run. */
function established(detail: string): Finding {
  return { state: "done", evidence: "real", detail };
}

/** The emergency recovery key: its public half as the policy nodes want it, and at least two custodians. */
export const ers: Action = check(async (context) => {
  const { customerSecrets, deployment } = context.inputs;
  const custodians = deployment.custodians.map(({ name }) => name).join(" and ");
  const text =
    customerSecrets?.content.ers_public_key ?? (await context.handoffs.read("secrets-wallet"))?.ersPublicKey;
  if (text === undefined) return secretsFileMissing(context);
  const verdict = checkErsPublicKey(text);
  if (!verdict.ok) {
    throw new Refusal({
      code: "ers-key-refused",
      message: `ers_public_key in customer-secrets.yml is no emergency recovery key: ${verdict.reason}.`,
      file: customerSecrets?.path ?? "customer-secrets.yml",
      hint: "ask the custodians for the public half of the key made in the ceremony",
    });
  }
  const fingerprint = sha256Hex(Buffer.from(text, "base64")).slice(0, 16);
  return established(`RSA ${verdict.bits} bits, sha256:${fingerprint}…, in the custody of ${custodians}`);
});

/** The customer's tokens. Their form is checked when the file is read; here it is said whether they are there. */
export const tokens: Action = check(async (context) => {
  const { customerSecrets } = context.inputs;
  if (customerSecrets === undefined) {
    const pushed = (await context.handoffs.read("secrets-wallet")) !== undefined;
    return pushed
      ? established("already in the wallet's vault; the file is no longer needed")
      : secretsFileMissing(context);
  }
  const risk = customerSecrets.content["chainalysis-user"] === undefined ? "without" : "with";
  return established(`chain service and identity provider are there, ${risk} risk assessment`);
});

function secretsFileMissing(context: ActionContext): Finding {
  return waiting(`customer-secrets.yml is to be put into ${context.inputs.folder}`, "infrastructure-admin");
}

/** The environment's name. Whether the specification knows it and every name made of it fits is checked when the files are read. */
export const environment: Action = check(async ({ inputs, model }) =>
  established(`${inputs.deployment.environment}, at ${model.names.url}`),
);
