import { setTimeout as delay } from "node:timers/promises";
import { AwsError, type CloudRequest, LostAnswer } from "../request.ts";
import { decideFault, type Fault, type FaultKind, type FaultPlan, nothingSeen, roleMade } from "./plan.ts";

/** How a fault shows itself on one request. */
export interface Struck {
  readonly kind: Fault["kind"];
  /** Instead of doing it; may wait, and may let it pass. */
  before(): Promise<void>;
  /** After doing it, before the answer. */
  after(): Promise<void>;
}

/** Long beside the other answers of a rehearsal; a person is not kept waiting. */
const slowMilliseconds = 250;

/** Strikes the requests of one process as the plan says. */
export function faultsOf(plan: FaultPlan): {
  strike(request: CloudRequest): Struck | undefined;
  done(request: CloudRequest): void;
} {
  let index = 0;
  let seen = nothingSeen;
  return {
    strike(request) {
      const { caller, service, action, creates, input } = request;
      // Nobody's requests go to the public registry, which is another's.
      if (caller === null) return undefined;
      const decided = decideFault(plan, seen, {
        index: index++,
        action: `${service}:${action}`,
        account: caller.account,
        creates,
        namedRoles: rolesNamedIn(input),
      });
      seen = decided.seen;
      return decided.fault === undefined ? undefined : struck(decided.fault, request);
    },
    done({ service, action, creates, resource }) {
      const made = creates === "aws:iam/role:Role" || (service === "iam" && action === "CreateRole");
      if (made && resource !== undefined) seen = roleMade(seen, resource, index);
    },
  };
}

function struck(fault: Fault, { service, action }: CloudRequest): Struck {
  const pass = async () => {};
  const refuse = (error: Error) => async () => {
    throw error;
  };
  const never = () => new Promise<never>(() => {});
  const { kind } = fault;
  if (kind === "young-role") {
    const code = malformed[service] ?? "InvalidParameterException";
    return {
      kind,
      before: refuse(new AwsError(code, `Invalid principal in policy: ${fault.role}`)),
      after: pass,
    };
  }
  switch (kind) {
    case "lost":
      return { kind, before: pass, after: refuse(new LostAnswer()) };
    case "reset":
      return { kind, before: refuse(new LostAnswer("connection reset by peer")), after: pass };
    case "held":
      return { kind, before: pass, after: never };
    case "stuck":
      return { kind, before: never, after: pass };
    case "slow":
      return { kind, before: () => delay(slowMilliseconds), after: pass };
    default:
      return { kind, before: refuse(refusals[kind](service, action)), after: pass };
  }
}

/** How each service says that a policy is wrong. */
const malformed: Readonly<Record<string, string>> = {
  kms: "MalformedPolicyDocumentException",
  secretsmanager: "MalformedPolicyDocumentException",
  iam: "MalformedPolicyDocument",
  s3: "MalformedPolicy",
};

type Refusing = Exclude<FaultKind, "lost" | "reset" | "held" | "stuck" | "slow">;

/** The answers of AWS to a request that comes too often, too late, from nobody any more, or for too much. */
const refusals: Readonly<Record<Refusing, (service: string, action: string) => AwsError>> = {
  throttled: (service) =>
    service === "ec2"
      ? new AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
      : service === "s3"
        ? new AwsError("SlowDown", "Please reduce your request rate.", 503)
        : new AwsError("ThrottlingException", "Rate exceeded"),
  unavailable: () => new AwsError("ServiceUnavailable", "The service is unavailable. Please try again.", 503),
  expired: (service) =>
    new AwsError(
      service === "s3" ? "ExpiredToken" : service === "ec2" ? "RequestExpired" : "ExpiredTokenException",
      "The security token included in the request is expired",
      403,
    ),
  revoked: () =>
    new AwsError(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      403,
    ),
  skewed: (service) =>
    service === "s3"
      ? new AwsError(
          "RequestTimeTooSkewed",
          "The difference between the request time and the current time is too large.",
          403,
        )
      : new AwsError(
          "InvalidSignatureException",
          "Signature expired: the request's time is too far in the past",
          403,
        ),
  quota: (service, action) => {
    const named = service === "ec2" ? `${action.replace(/^(Create|Allocate)/, "")}LimitExceeded` : undefined;
    const code =
      quotaCodes[action] ?? named ?? (service === "iam" ? "LimitExceeded" : "LimitExceededException");
    return new AwsError(code, "The quota of this account is exhausted.");
  },
};

/** Requests that answer with a code of their own when a quota is exhausted (the services' API references). */
const quotaCodes: Readonly<Record<string, string>> = {
  CreateBucket: "TooManyBuckets",
  CreateDBInstance: "InstanceQuotaExceeded",
  CreateHostedZone: "TooManyHostedZones",
  CreateLoadBalancer: "TooManyLoadBalancers",
  CreateTargetGroup: "TooManyTargetGroups",
  CreateTrail: "MaximumNumberOfTrailsExceededException",
  RunInstances: "InstanceLimitExceeded",
};

/** ARNs of roles that any policy among a request's arguments names as principals. */
function rolesNamedIn(input: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(input)
    .filter(([name]) => /policy/i.test(name))
    .flatMap(([, value]) => (typeof value === "string" ? principalsOf(value) : []));
}

function principalsOf(text: string): readonly string[] {
  // Only ARNs of roles are looked for, and only where a statement names who may: a condition's ARN is never checked by AWS.
  const found = text.matchAll(/"Principal"\s*:\s*\{[^}]*\}/g);
  return [...found].flatMap(([principal]) => principal.match(/arn:aws:iam::\d{12}:role\/[^"]+/g) ?? []);
}
