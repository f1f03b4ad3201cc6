import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KMSInvalidStateException } from "@aws-sdk/client-kms";
import { InvalidRequestException } from "@aws-sdk/client-secrets-manager";
import { CommandError, ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { type CloudFailure, exitCodes } from "../../../automation/errors.ts";
import { explained } from "../../../automation/failures/explain.ts";
import { failureOf } from "../../../automation/failures/failure.ts";
import {
  codesInDiagnostic,
  codesOf,
  helpFor,
  meansUnusableCredentials,
} from "../../../automation/failures/failure-help.ts";
import { knownFailures } from "../../../automation/failures/index.ts";
import { deletionGuard } from "../../../stacks/run.ts";

/** As the AWS provider of the engine prints an error of the SDK for Go. */
const printed = (service: string, operation: string, code: string, message = "It was refused.") =>
  `creating ${service} thing (a): operation error ${service}: ${operation}, https response error StatusCode: 400, RequestID: 1a-2b, ${code}: ${message}`;

describe("an engine's diagnostic", () => {
  it.each([
    ["EC2", "AllocateAddress", "api error AddressLimitExceeded", "address-limit"],
    ["EC2", "RunInstances", "api error VcpuLimitExceeded", "vcpu-limit"],
    ["KMS", "CreateKey", "LimitExceededException", "quota-reached"],
    ["KMS", "EnableKeyRotation", "KMSInvalidStateException", "key-pending-deletion"],
    ["Secrets Manager", "CreateSecret", "InvalidRequestException", "secret-scheduled-for-deletion"],
    ["Secrets Manager", "CreateSecret", "ResourceExistsException", "already-exists"],
    ["EC2", "RunInstances", "api error InvalidAMIID.NotFound", "image-missing"],
    ["RDS", "CreateDBInstance", "api error InvalidParameterCombination", "database-settings"],
    ["STS", "AssumeRole", "api error ExpiredToken", "credentials-expired"],
    ["S3", "CreateBucket", "api error SlowDown", "throttled"],
    ["EC2", "CreateVpc", "api error OptInRequired", "region-not-enabled"],
    ["IAM", "CreateRole", "api error RequestTimeTooSkewed", "clock-skewed"],
  ])("of %s %s with %s is known as %s", (service, operation, code, id) => {
    const [found] = codesInDiagnostic(printed(service, operation, code));
    expect(found).toMatchObject({ service, operation, status: 400, requestId: "1a-2b" });
    expect(helpFor(found === undefined ? [] : [found])?.id).toBe(id);
  });

  it.each([
    "error reading from server: EOF",
    "Detected that /opt/plugins/pulumi-resource-aws exited prematurely.",
  ])("that says %s is known as a plugin that ended", (text) => {
    expect(helpFor(codesInDiagnostic(text))?.id).toBe("plugin-ended");
  });

  it("is matched by its code and never by what its words happen to say", () => {
    const text = printed(
      "EC2",
      "CreateVpc",
      "api error SomethingElse",
      "not a LimitExceeded, nor AccessDenied, nor ExpiredToken",
    );
    expect(helpFor(codesInDiagnostic(text))).toBeUndefined();
    expect(
      helpFor(codesInDiagnostic(printed("SQS", "CreateQueue", "InvalidRequestException"))),
    ).toBeUndefined();
  });

  it.each([
    ["with an explicit deny in a service control policy", "denied-by-organization"],
    ["because no service control policy allows the kms:CreateKey action", "denied-by-organization"],
    ["because no permissions boundary allows the iam:PassRole action", "denied-by-boundary"],
    ["with an explicit deny in a resource-based policy", "denied-explicitly"],
    ["because no resource-based policy allows the kms:Decrypt action", "denied-by-key"],
    ["because no identity-based policy allows the ec2:CreateVpc action", "denied"],
  ])("that is refused %s says what refused", (reason, id) => {
    const text = printed(
      "KMS",
      "CreateKey",
      "api error AccessDeniedException",
      `User: a is not authorized to perform it ${reason}`,
    );
    expect(helpFor(codesInDiagnostic(text))?.id).toBe(id);
  });

  it("says of a refused deletion what no widened policy would mend", () => {
    const text = `deleting KMS Alias (alias/a): ${printed("KMS", "DeleteAlias", "api error AccessDeniedException", "User: a is not authorized to perform: kms:DeleteAlias because no identity-based policy allows it")}`;
    expect(helpFor(codesInDiagnostic(text))?.id).toBe("deletion-denied");
  });

  it.each([
    [`before hook "${deletionGuard}" failed: the preview did not plan`, "deletion-not-planned"],
    ["failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE", "state-undecipherable"],
    ["get stack secrets manager: alias/vault-state is not found", "state-undecipherable"],
    ["snapshot integrity failure; refusing to use it: resource refers to unknown provider", "state-damaged"],
    ["plugin aws 7.48.0 not installed", "plugin-missing"],
  ])("without any code, %j, is known by the engine's wording", (text, id) => {
    expect(helpFor(codesInDiagnostic(text))?.id).toBe(id);
  });
});

describe("an error that this program catches", () => {
  const $metadata = { httpStatusCode: 400, requestId: "r-1" };
  const place = {
    step: "secrets-policy-node1",
    account: "222222222222",
    next: "ivault deploy --as policy-node1-admin",
  };

  it("is known by AWS's code, and told with step, account, request and the next command", () => {
    const error = new KMSInvalidStateException({
      message: "arn:aws:kms:…:key/1 is pending deletion.",
      $metadata,
    });
    const { details, exitCode } = explained(error, place) as CloudFailure;
    expect(exitCode).toBe(exitCodes.cloud);
    expect(details).toMatchObject({
      known: "key-pending-deletion",
      step: place.step,
      account: place.account,
      next: place.next,
    });
    expect(details.message).toContain("secrets-policy-node1");
    expect(details.message).toContain("222222222222");
    expect(details.message).toContain("r-1");
    expect(details.hint).toContain("cancel-key-deletion");
    expect(details.hint).toContain(place.next);
  });

  it("is AWS's also where the code is not known", () => {
    const error = new InvalidRequestException({ message: "no", $metadata });
    const { error: told, exitCode } = failureOf(error);
    expect([exitCode, told.code, told.known]).toEqual([exitCodes.cloud, "cloud-failed", undefined]);
  });

  it("is found behind the error that carries it", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(helpFor(codesOf(new TypeError("fetch failed", { cause })))?.id).toBe("network");
    expect(helpFor(codesOf(new AggregateError([cause], "all failed")))?.id).toBe("network");
  });

  it("is known by its class where it is the engine's", () => {
    const error = Reflect.construct(ConcurrentUpdateError, [{ toString: () => "locked" }]) as Error;
    expect(helpFor(codesOf(error))?.id).toBe("stack-locked");
  });

  it("of an engine's command is what the engine said, once, without the command", () => {
    const stderr =
      'Command failed with exit code 1: /opt/pulumi stack export\nerror: unable to open bucket "s3://state": failed to get shared config profile, vault';
    const message = `code: -2\n stdout: \n stderr: ${stderr}\n err?: Error: ${stderr}\n`;
    const failure = failureOf(Reflect.construct(CommandError, [{ toString: () => message }]));
    expect(failure).toMatchObject({
      exitCode: exitCodes.cloud,
      error: {
        message:
          'The engine failed: unable to open bucket "s3://state": failed to get shared config profile, vault',
        known: "profile-missing",
      },
    });
  });

  it("stays a bug where nothing says that it is the cloud's", () => {
    const bug = new TypeError("x is not a function");
    expect(explained(bug, place)).toBe(bug);
    expect(failureOf(bug).exitCode).toBe(exitCodes.bug);
  });

  it.each(["ExpiredToken", "InvalidClientTokenId", "CredentialsProviderError"])(
    "of the kind %s means that the credentials are of no use; a service that cannot be reached does not",
    (name) => {
      expect(meansUnusableCredentials(Object.assign(new Error("no"), { name }))).toBe(true);
      expect(meansUnusableCredentials(Object.assign(new Error("no"), { name: "TimeoutError" }))).toBe(false);
    },
  );
});

describe("the table of known failures", () => {
  it("has no two entries of one name, and none that an earlier one always hides", () => {
    const names = knownFailures.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    const hidden = knownFailures.filter((known, index) =>
      (known.codes ?? []).some((code) =>
        knownFailures
          .slice(0, index)
          .some(
            (earlier) =>
              earlier.says === undefined && earlier.services === undefined && earlier.codes?.includes(code),
          ),
      ),
    );
    expect(hidden.map(({ id }) => id)).toEqual([]);
  });

  it("is what docs/when-it-stops.md says, line by line", () => {
    const page = readFileSync(
      join(import.meta.dirname, "..", "..", "..", "docs", "when-it-stops.md"),
      "utf8",
    );
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \| (.*) \| (.*) \|$/gm)].map(
      ([, id, ...cells]) => [id, ...cells],
    );
    expect(rows).toEqual(
      knownFailures.map(({ id, means, help, who }) => [id, means, help.replaceAll("|", "\\|"), who]),
    );
  });
});
