import { z } from "zod";
import type { Caller, StandInCloud } from "../request.ts";
import { handlers as tokenService } from "../services/sts.ts";
import { unknownValue } from "./inputs.ts";
import type { Actor } from "./lifecycle.ts";
import { asPrinted } from "./printed-error.ts";

/** The arguments of `aws.Provider` that the stand-in understands, lists and objects as the JSON texts that the package makes of them. */
const json = <T extends z.ZodType>(inner: T) =>
  z
    .string()
    .transform((text): unknown => (text === unknownValue ? [] : JSON.parse(text)))
    .pipe(inner);
const configuration = z.strictObject({
  region: z.string().optional(),
  allowedAccountIds: json(z.array(z.string())).optional(),
  assumeRoles: json(
    z.array(z.strictObject({ roleArn: z.string(), sessionName: z.string().optional() })),
  ).optional(),
  // The package sends these two whether the program sets them or not.
  skipCredentialsValidation: z.string().optional(),
  skipRegionValidation: z.string().optional(),
  version: z.string().optional(),
});

const assumedRole = z.object({
  Credentials: z.object({ AccessKeyId: z.string(), SessionToken: z.string() }),
});

/**
 * Who the provider is once it is configured: the base credentials' principal, or the last of the roles that it assumes one after
 * another; refused, as by the real provider, in an account that the configuration does not allow.
 */
export async function configured(
  cloud: StandInCloud,
  base: Caller,
  given: Readonly<Record<string, unknown>>,
  defaults: { readonly region: string; readonly sessionName: string },
): Promise<Actor> {
  const parsed = configuration.safeParse(given);
  if (!parsed.success) {
    throw new Error(
      `The rehearsal's stand-in for AWS does not understand this provider configuration: ${z.prettifyError(parsed.error)}. Add new arguments to rehearsal/provider/session.ts.`,
    );
  }
  const { region = defaults.region, allowedAccountIds = [], assumeRoles = [] } = parsed.data;
  let caller = base;
  for (const { roleArn, sessionName = defaults.sessionName } of assumeRoles) {
    caller = await assume(cloud, caller, region, roleArn, sessionName);
  }
  try {
    await cloud.perform(
      { caller, service: "sts", action: "GetCallerIdentity", region, input: {} },
      () => undefined,
    );
  } catch (error) {
    throw asPrinted(error, "validating provider credentials", "STS: GetCallerIdentity");
  }
  if (allowedAccountIds.length > 0 && !allowedAccountIds.includes(caller.account)) {
    throw new Error(
      `AWS account ID not allowed: ${caller.account}; the provider's allowedAccountIds are ${allowedAccountIds.join(", ")}`,
    );
  }
  return { cloud, caller, region };
}

async function assume(
  cloud: StandInCloud,
  caller: Caller,
  region: string,
  roleArn: string,
  sessionName: string,
): Promise<Caller> {
  const handler = tokenService.AssumeRole;
  if (handler === undefined) throw new Error("The stand-in's token service has no AssumeRole.");
  const input = { RoleArn: roleArn, RoleSessionName: sessionName };
  const answer = await handler({ cloud, caller, region, input }).catch((error: unknown) => {
    throw asPrinted(error, `IAM Role (${roleArn}) cannot be assumed`, "STS: AssumeRole");
  });
  const { AccessKeyId, SessionToken } = assumedRole.parse(answer).Credentials;
  const assumed = cloud.callerOf(AccessKeyId, SessionToken);
  if (assumed === undefined) throw new Error(`The session of ${roleArn} that was just issued is not known.`);
  return assumed;
}
