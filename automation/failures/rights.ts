import { admin, type KnownFailure, you } from "./known-failure.ts";

/** Credentials and rights; the codes are those of "Common errors" of the services' API references. */
export const rightsFailures: readonly KnownFailure[] = [
  {
    id: "credentials-expired",
    codes: ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"],
    means: "the credentials have expired",
    help: "sign in again (for instance with `aws sso login`)",
    who: you,
  },
  {
    id: "credentials-unknown",
    codes: ["InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure"],
    means: "AWS does not know the credentials: they were revoked, mistyped or belong to another partition",
    help: "sign in again, and compare the profile in deployment.yaml with the AWS configuration files",
    who: you,
  },
  {
    id: "credentials-missing",
    codes: ["CredentialsProviderError", "NoCredentialProviders", "MissingAuthenticationToken"],
    means: "no credentials were found",
    help: "sign in (for instance with `aws sso login`) under the profile that deployment.yaml names",
    who: you,
  },
  {
    id: "signature-expired",
    codes: ["InvalidSignatureException", "SignatureDoesNotMatch"],
    says: /Signature (expired|not yet current)/,
    means: "this machine's clock is more than five minutes off AWS's",
    help: "set the clock, for instance by switching time synchronisation on",
    who: you,
  },
  {
    id: "signature-wrong",
    codes: ["SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"],
    means:
      "AWS could not verify the request's signature: the secret key is not that of the access key, or a proxy changes requests",
    help: "sign in again; if it persists, run without the proxy",
    who: you,
  },
  {
    id: "clock-skewed",
    codes: ["RequestTimeTooSkewed", "RequestInTheFuture", "InvalidSignatureAge"],
    means: "this machine's clock is too far from AWS's (15 minutes are allowed)",
    help: "set the clock, for instance by switching time synchronisation on",
    who: you,
  },
  // AWS gives all refusals one code and says in the text what refused.
  {
    id: "denied-by-organization",
    codes: ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"],
    says: /explicit deny in a (service|resource) control policy|because no (service|resource) control policy allows/,
    means: "a policy of the AWS Organization forbids it",
    help: "have the organization's administrator exempt the deploy role, or allow this action in this account",
    who: "the organization's administrator",
  },
  {
    id: "denied-by-boundary",
    codes: ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"],
    says: /permissions boundary|session policy/,
    means: "the role's permissions boundary or the session's policy does not allow it",
    help: "take the boundary off the deploy role, or sign in without a session policy; the policies of this deployment are proven without either",
    who: admin,
  },
  {
    id: "denied-explicitly",
    codes: ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"],
    says: /explicit deny/,
    means:
      "a policy denies it expressly, as those of keys and vaults do to everybody but the role in question",
    help: "run the step as the role that the message of `ivault status` names; never add an exception to the policy",
    who: admin,
  },
  {
    id: "deletion-denied",
    codes: ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"],
    says: /\bdeleting /,
    means: "this role may not delete it, and what holds keys, shards and evidence no run may delete",
    help: "`ivault preview` shows what is to be deleted; find out what changed before anybody deletes it by hand, and never widen the role for it",
    who: admin,
  },
  {
    id: "denied-by-key",
    codes: ["AccessDenied", "AccessDeniedException", "KMSAccessDeniedException"],
    says: /kms:[A-Za-z]/,
    means: "the key's policy does not let this role do it",
    help: "`ivault verify` says whether the key's policy is the planned one; if it is, the wrong role was used",
    who: admin,
  },
  {
    id: "denied",
    codes: [
      "AccessDenied",
      "AccessDeniedException",
      "UnauthorizedOperation",
      "AuthorizationError",
      "KMSAccessDeniedException",
    ],
    means: "no policy allows it to this role",
    help: "compare the deploy role with what `ivault prove --export world.json` prints for it, and put the difference right",
    who: admin,
  },
  {
    id: "region-not-enabled",
    codes: ["OptInRequired", "UnsupportedRegion", "RegionDisabledException"],
    means: "the Region or the service is not switched on for this account",
    help: "enable the Region in the account's settings, which takes some minutes",
    who: admin,
  },
  {
    id: "subscription-missing",
    codes: ["SubscriptionRequiredException", "PendingVerification", "AccountNotVerified"],
    means: "AWS has not finished setting up or verifying the account",
    help: "complete the account's registration (payment, verification); AWS Support answers when it hangs",
    who: admin,
  },
];
