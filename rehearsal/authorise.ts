import { accountOfArn } from "./arns.ts";
import { bearingOn } from "./authoriser/bearing.ts";
import { contextOf } from "./authoriser/context.ts";
import { type Facts, factsOf } from "./authoriser/facts.ts";
import { judge } from "./authoriser/judge.ts";
import type { Decided } from "./authoriser/question.ts";
import { AwsError, type Caller, type CloudRequest, type Right } from "./request.ts";
import type { Store } from "./store.ts";

/** `by` says which statements decided; `error` is what the caller is answered. */
export type Decision =
  | { readonly allowed: true; readonly by: string }
  | { readonly allowed: false; readonly by: string; readonly error: AwsError };

/**
 * May this request happen? Decided from the policies that are stored, as AWS documents it: identity policies, boundaries and session
 * policies of the caller; policies and grants of the resource; the organizations' policies; that of a VPC endpoint. Whatever else AWS
 * asks for the same call (`request.also`) has to be allowed too.
 */
export function decide(store: Store, request: CloudRequest, now: Date): Decision {
  const { caller, service, action } = request;
  const own: Right = {
    action: `${service}:${action}`,
    resource: request.resource ?? "*",
    resourceAccount: request.resourceAccount,
    via: request.via,
  };
  let by = "every caller may ask who it is";
  // AWS answers this one to every caller, whatever a policy says (STS API reference, "GetCallerIdentity").
  const rights =
    own.action === "sts:GetCallerIdentity" && caller !== null ? [] : [own, ...(request.also ?? [])];
  const facts = factsOf(store);
  for (const right of rights) {
    const decided = judgeRight(facts, request, right, now);
    if (!decided.allowed) return refusal(request, right, decided);
    if (right === own) by = decided.by;
  }
  return { allowed: true, by };
}

function judgeRight(facts: Facts, request: CloudRequest, right: Right, now: Date): Decided {
  const caller = right.caller ?? request.caller;
  const resourceAccount =
    right.resourceAccount ?? (accountOfArn(right.resource) || (request.caller?.account ?? ""));
  const context = contextOf(facts, { caller, request, right, resourceAccount }, now);
  const question = { caller, action: right.action, resource: right.resource, resourceAccount, context };
  return judge(question, bearingOn(facts, question, request.endpoint));
}

function refusal({ caller, service, action }: CloudRequest, right: Right, { by, reason }: Decided): Decision {
  if (caller === null) return { allowed: false, by: "no valid signature", error: unknownKey(service) };
  const own = right.action === `${service}:${action}`;
  const error = accessDenied(right.caller ?? caller, service, right, reason);
  return { allowed: false, by: own ? by : `${right.action}: ${by}`, error };
}

/** As each service words it: the JSON services say Exception, the older ones do not. */
function accessDenied(
  { principal }: Caller,
  service: string,
  { action, resource }: Right,
  reason: string,
): AwsError {
  const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  if (service === "ec2") return new AwsError("UnauthorizedOperation", message, 403);
  const older = [
    "sts",
    "iam",
    "s3",
    "route53",
    "rds",
    "sns",
    "autoscaling",
    "elasticloadbalancing",
    "cloudwatch",
  ];
  return older.includes(service)
    ? new AwsError("AccessDenied", message, 403)
    : new AwsError("AccessDeniedException", message, 400);
}

function unknownKey(service: string): AwsError {
  if (service === "s3") {
    return new AwsError(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      403,
    );
  }
  if (service === "ec2") {
    return new AwsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401);
  }
  const message = "The security token included in the request is invalid.";
  const older = ["sts", "iam", "route53"].includes(service);
  return older
    ? new AwsError("InvalidClientTokenId", message, 403)
    : new AwsError("UnrecognizedClientException", message, 400);
}
