import { randomUUID } from "node:crypto";
import { AwsError } from "../../request.ts";
import { actions, arn, capitals, find, type ResourceTypes, words } from "../resource-type.ts";
import { requireKey, validDocument, validKeyPolicy } from "./identity.ts";

const day = 24 * 60 * 60 * 1000;
const after = (now: Date, days: unknown) => new Date(now.getTime() + Number(days ?? 30) * day).toISOString();

export const keyTypes: ResourceTypes = {
  "aws:kms/key:Key": {
    service: "kms",
    label: "KMS Key",
    actions: actions(
      "CreateKey",
      "DescribeKey",
      {
        otherwise: "UpdateKeyDescription",
        policy: "PutKeyPolicy",
        bypassPolicyLockoutSafetyCheck: "PutKeyPolicy",
        enableKeyRotation: "EnableKeyRotation",
        rotationPeriodInDays: "EnableKeyRotation",
        isEnabled: "DisableKey",
      },
      "ScheduleKeyDeletion",
    ),
    required: [],
    optional: words(
      "description policy bypassPolicyLockoutSafetyCheck enableKeyRotation rotationPeriodInDays keyUsage customerMasterKeySpec multiRegion deletionWindowInDays isEnabled",
    ),
    replaceOn: words("keyUsage customerMasterKeySpec multiRegion"),
    taggable: true,
    computed: (_inputs, place) => {
      const keyId = randomUUID();
      return {
        keyId,
        arn: arn("kms", place, `key/${keyId}`),
        description: "",
        isEnabled: true,
        enableKeyRotation: false,
        rotationPeriodInDays: 365,
        keyUsage: "ENCRYPT_DECRYPT",
        customerMasterKeySpec: "SYMMETRIC_DEFAULT",
        multiRegion: false,
        bypassPolicyLockoutSafetyCheck: false,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "Enable IAM User Permissions",
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${place.caller.account}:root` },
              Action: "kms:*",
              Resource: "*",
            },
          ],
        }),
      };
    },
    id: ({ keyId }) => `${keyId}`,
    arn: "arn",
    validate: (properties, place) => {
      validKeyPolicy(properties, place);
      if (properties.enableKeyRotation === true && properties.keyUsage === "SIGN_VERIFY") {
        throw new AwsError(
          "UnsupportedOperationException",
          "Asymmetric keys cannot be rotated automatically.",
        );
      }
    },
    remains: (stored, { now }) => ({
      ...stored,
      isEnabled: false,
      deletionDate: after(now, stored.deletionWindowInDays),
    }),
  },
  "aws:kms/alias:Alias": {
    service: "kms",
    label: "KMS Alias",
    actions: actions("CreateAlias", "ListAliases", "UpdateAlias", "DeleteAlias"),
    required: ["targetKeyId"],
    optional: ["name"],
    replaceOn: ["name"],
    autoName: "name",
    unique: { by: ["name"], code: "AlreadyExistsException" },
    references: { targetKeyId: { type: "aws:kms/key:Key", code: "NotFoundException" } },
    computed: ({ name, targetKeyId }, place) => ({
      arn: arn("kms", place, `${name}`),
      targetKeyArn: find(place, "aws:kms/key:Key", targetKeyId)?.arn ?? "",
    }),
    updated: ({ targetKeyId }, place) => ({
      targetKeyArn: find(place, "aws:kms/key:Key", targetKeyId)?.arn ?? "",
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    validate: ({ name }) => {
      if (/^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(`${name}`)) return;
      throw new AwsError(
        "ValidationException",
        `Alias '${name}' must begin with 'alias/', and hold letters, digits, / _ - only.`,
      );
    },
  },
  "aws:secretsmanager/secret:Secret": {
    service: "secretsmanager",
    label: "Secrets Manager Secret",
    actions: actions(
      "CreateSecret",
      "DescribeSecret",
      { otherwise: "UpdateSecret", policy: "PutResourcePolicy" },
      "DeleteSecret",
    ),
    required: [],
    optional: words("name description kmsKeyId policy recoveryWindowInDays"),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "ResourceExistsException" },
    computed: ({ name }, place) => ({
      arn: arn("secretsmanager", place, `secret:${name}-${suffix()}`),
      policy: "",
      description: "",
      recoveryWindowInDays: 30,
      forceOverwriteReplicaSecret: false,
    }),
    id: (properties) => `${properties.arn}`,
    arn: "arn",
    validate: ({ name, kmsKeyId, policy }, place) => {
      if (!/^[\w/+=.@-]{1,512}$/.test(`${name}`)) {
        throw new AwsError(
          "ValidationException",
          "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        );
      }
      requireKey(kmsKeyId, place, "InvalidRequestException");
      if (policy !== "") validDocument(policy, "MalformedPolicyDocumentException");
    },
    remains: (stored, { now }) =>
      stored.recoveryWindowInDays === 0
        ? undefined
        : { ...stored, deletionDate: after(now, stored.recoveryWindowInDays) },
  },
};

/** Six letters and digits, as Secrets Manager ends every secret's ARN. */
export function suffix(): string {
  const drawn = capitals(6);
  return [...drawn].map((letter, index) => (index % 2 === 0 ? letter.toLowerCase() : letter)).join("");
}
