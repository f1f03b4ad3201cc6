import type { PolicyDocument, Statement } from "../isolation/policy.ts";
import { accountKind } from "./accounts.ts";
import { AwsError, type Caller, type CloudRequest } from "./request.ts";
import type { Store } from "./store.ts";
import { asList, policyOf } from "./stored-policy.ts";

/** `by` says which rule decided; `error` is what the caller is answered. */
export type Decision =
  | { readonly allowed: true; readonly by: string }
  | { readonly allowed: false; readonly by: string; readonly error: AwsError };

/**
 * May this request happen? Accounts are kept apart; the vendor's registry and bucket can be read by the deployment's accounts, the
 * public registry by anybody; a role is assumed only by whom its trust policy names; what a key's policy denies to whoever shows no
 * attestation is denied, since nothing here can show one.
 */
export function decide(store: Store, request: CloudRequest): Decision {
  const { caller, service, action } = request;
  const owner = request.resourceAccount ?? caller?.account;
  const ownerKind = owner === undefined ? undefined : accountKind(store, owner);
  const reads = isRead(service, action);
  if (ownerKind === "public" && reads) return { allowed: true, by: "public registry" };
  if (caller === null) return { allowed: false, by: "no valid signature", error: unknownKey(service) };
  const denied = (by: string): Decision => ({ allowed: false, by, error: accessDenied(caller, request) });
  if (owner !== caller.account) {
    const vendorRead = ownerKind === "vendor" && reads && accountKind(store, caller.account) === "deployment";
    return vendorRead ? { allowed: true, by: "vendor's release" } : denied("another account");
  }
  if (service === "sts" && action === "AssumeRole") {
    return trusts(store, request.resource, caller)
      ? { allowed: true, by: "trust policy" }
      : denied("trust policy");
  }
  const attestationOnly = service === "kms" ? attestationStatement(store, request) : undefined;
  return attestationOnly === undefined ? { allowed: true, by: "own account" } : denied(attestationOnly);
}

function isRead(service: string, action: string): boolean {
  return (
    (service === "ecr" || service === "s3") && /^(Get|BatchGet|BatchCheck|Describe|List|Head)/.test(action)
  );
}

/** As each service words it: the JSON services say Exception, the older ones do not. */
function accessDenied(caller: Caller, { service, action, resource }: CloudRequest): AwsError {
  const message = `User: ${caller.principal} is not authorized to perform: ${service}:${action} on resource: ${resource ?? "*"}`;
  if (service === "ec2") return new AwsError("UnauthorizedOperation", message, 403);
  const older = ["sts", "iam", "s3", "route53"].includes(service);
  return older
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

function trusts(store: Store, roleArn: string | undefined, caller: Caller): boolean {
  const role = roleArn === undefined ? undefined : store.byArn(roleArn);
  const trust = role === undefined ? undefined : policyOf(role.properties.assumeRolePolicy);
  if (trust === undefined) return false;
  const matching = (effect: Statement["Effect"]) =>
    trust.Statement.some(
      (statement) =>
        statement.Effect === effect &&
        mentions(statement, "sts:AssumeRole") &&
        namesCaller(statement, caller) &&
        conditionsHold(statement, caller, effect),
    );
  return matching("Allow") && !matching("Deny");
}

/** `arn:aws:sts::A:assumed-role/NAME/SESSION` → `arn:aws:iam::A:role/NAME`; other principals are their own. */
function roleArnOf(principal: string): string {
  return principal.replace(/^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, "arn:aws:iam::$1:role/$2");
}

function namesCaller({ Principal }: Statement, caller: Caller): boolean {
  if (Principal === undefined) return false;
  const named = Principal === "*" ? ["*"] : asList(Principal.AWS);
  const root = `arn:aws:iam::${caller.account}:root`;
  const names = ["*", caller.account, root, caller.principal, roleArnOf(caller.principal)];
  return named.some((name) => names.includes(name));
}

/** Only `aws:PrincipalArn` can be judged from a session; a condition on anything else never allows and always denies. */
function conditionsHold({ Condition }: Statement, caller: Caller, effect: Statement["Effect"]): boolean {
  return Object.entries(Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const judged = /^(Arn|String)(Equals|Like)$/.test(operator) && key.toLowerCase() === "aws:principalarn";
      return judged
        ? asList(values).some((value) => like(value, roleArnOf(caller.principal)))
        : effect === "Deny";
    }),
  );
}

/** The statement that denies this call on this key for want of an attestation document. */
function attestationStatement(store: Store, { resource, action }: CloudRequest): string | undefined {
  const key = resource === undefined ? undefined : store.byArn(resource);
  const document: PolicyDocument | undefined =
    key === undefined ? undefined : policyOf(key.properties.policy);
  const statement = document?.Statement.find(
    (each) =>
      each.Effect === "Deny" &&
      mentions(each, `kms:${action}`) &&
      Object.values(each.Condition ?? {}).some((keys) =>
        Object.keys(keys).some((key) => key.toLowerCase().startsWith("kms:recipientattestation")),
      ),
  );
  return statement === undefined ? undefined : (statement.Sid ?? "key policy");
}

function mentions({ Action }: Statement, action: string): boolean {
  return asList(Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
}

/** `*` and `?` as in policies. */
function like(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s").test(text);
}
