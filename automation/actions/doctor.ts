import { z } from "zod";
import { issuerUrl } from "../../spec/customer-secrets.ts";
import { type AccountKey, accountIdOf } from "../../spec/deployment.ts";
import { Refusal } from "../errors.ts";
import { callerOf } from "../guards/caller.ts";
import { type Caller, foreignCaller } from "../guards/guards.ts";
import type { Action, ActionContext } from "./action.ts";
import { check, done } from "./finding.ts";

export interface DoctorCheck {
  readonly id: string;
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string;
}

/** The first version that runs TypeScript as it is without being asked to. */
const leastNode = [22, 18] as const;

/** Whether this machine can do its part: runtime, credentials of the right accounts, Region, and the identity provider. */
export async function doctorChecks(context: ActionContext): Promise<DoctorCheck[]> {
  const checks = [runtimeCheck(process.versions.node)];
  for (const account of context.accounts) checks.push(await identityCheck(context, account));
  checks.push(regionCheck(context));
  if (context.accounts.includes("infrastructure")) checks.push(...(await issuerChecks(context)));
  return checks;
}

/** The checks as a step: refused with everything that is wrong at once. */
export const doctor: Action = check(async (context) => {
  const checks = await doctorChecks(context);
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return done(context, checks.map(({ message }) => message).join("; "));
  throw new Refusal({
    code: "doctor",
    message: failed.map(({ message }) => message).join("\n"),
    hint: failed.flatMap(({ hint }) => hint ?? []).join("\n"),
  });
});

/** Whether this version of Node runs the program. */
export function runtimeCheck(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const ok = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const wanted = leastNode.join(".");
  return ok
    ? { id: "runtime", ok, message: `Node ${version}` }
    : {
        id: "runtime",
        ok,
        message: `Node ${version} is too old; ${wanted} or newer is needed`,
        hint: `install Node ${wanted} or newer`,
      };
}

async function identityCheck(context: ActionContext, account: AccountKey): Promise<DoctorCheck> {
  const { deployment } = context.inputs;
  const id = `credentials-${account}`;
  let caller: Caller;
  try {
    caller = await callerOf(context.aws(account).sts, deployment, account);
  } catch (error) {
    if (error instanceof Refusal) return { id, ok: false, ...error.details };
    throw error;
  }
  const refused = foreignCaller(deployment, account, caller);
  if (refused !== undefined) return { id, ok: false, ...refused.details };
  return { id, ok: true, message: `account ${accountIdOf(deployment, account)} as ${caller.arn}` };
}

function regionCheck({ inputs }: ActionContext): DoctorCheck {
  const { region, sizes } = inputs.deployment;
  const strangers = sizes.zones.filter((zone) => !new RegExp(`^${region}[a-z]$`).test(zone));
  if (strangers.length === 0)
    return { id: "region", ok: true, message: `Region ${region}, zones ${sizes.zones.join(", ")}` };
  const message = `${strangers.join(", ")} are no availability zones of Region ${region}`;
  return { id: "region", ok: false, message, hint: "mend region or sizes.zones in deployment.yaml" };
}

const discoverySchema = z.looseObject({ issuer: z.string() });

/**
 * Asks the identity provider for its discovery document (OpenID Connect Discovery 1.0, section 4). The address comes from the secrets
 * file, and nothing of that file is repeated in a message.
 */
async function issuerChecks(context: ActionContext): Promise<DoctorCheck[]> {
  const secrets = context.inputs.customerSecrets?.content;
  if (secrets === undefined) return [];
  const issuer = issuerUrl(secrets);
  const address = `${issuer}/.well-known/openid-configuration`;
  const failed = (found: string): DoctorCheck[] => [
    {
      id: "identity-provider",
      ok: false,
      message: `The identity provider that ISSUER in customer-secrets.yml names ${found}.`,
      hint: "compare ISSUER in customer-secrets.yml with the provider's own settings",
    },
  ];
  try {
    const response = await context.cloud.http(address, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok)
      return failed(`answers its discovery document's address with status ${response.status}`);
    const document = discoverySchema.safeParse(await response.json());
    if (!document.success) return failed("answers with something that is no discovery document");
    const named = document.data.issuer.replace(/\/+$/, "");
    if (named !== issuer) return failed("calls itself by another name in its discovery document");
    return [
      { id: "identity-provider", ok: true, message: "the identity provider answers under its own name" },
    ];
  } catch (error) {
    return failed(`cannot be reached (${(error as Error).name})`);
  }
}
