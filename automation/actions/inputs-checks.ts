import { checkErsPublicKey } from "../../release/ers-key.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import { environmentOf } from "../../spec/wallet-spec.ts";
import { sha256Hex } from "../canonical-json.ts";
import { Refusal, UserError } from "../errors.ts";
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

/** Longest names that AWS takes for what carries the deployment's prefix (IAM, S3 and RDS user guides; DNS: RFC 1035). */
const limits = { role: 64, bucket: 63, label: 63, host: 253 } as const;

/** The environment's name: known to the specification, and short enough for everything that is named after it. */
export const environment: Action = check(async ({ inputs, model }) => {
  const { deployment, walletSpec } = inputs;
  const problems: string[] = [];
  if (environmentOf(walletSpec.content, deployment.environment) === undefined) {
    const known = walletSpec.content.environments.map(({ name }) => name).join(", ");
    problems.push(`environment ${deployment.environment} is not in ${walletSpec.path}, which has ${known}`);
  }
  const tooLong = (what: string, name: string, limit: number) => {
    if (name.length > limit)
      problems.push(`${what} ${name} has ${name.length} characters; AWS takes ${limit}`);
  };
  for (const { name } of Object.values(model.roles)) tooLong("role", name, limits.role);
  for (const { name } of Object.values(model.buckets)) tooLong("bucket", name, limits.bucket);
  for (const host of [model.names.host, ...nodeNumbers.map((node) => model.names.nodeHost(node))]) {
    tooLong("host", host, limits.host);
    for (const label of host.split(".")) tooLong("the label", label, limits.label);
  }
  if (problems.length === 0) return established(`${deployment.environment}, at ${model.names.url}`);
  throw new UserError({
    code: "environment-refused",
    message: `${problems.join("; ")}.`,
    file: "deployment.yaml",
    hint: "choose an environment of the specification, or a shorter environment or namespace; neither can be changed after the first start",
  });
});
