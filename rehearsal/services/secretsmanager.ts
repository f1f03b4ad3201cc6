import { randomUUID } from "node:crypto";
import { z } from "zod";
import { bytes, members, tagList } from "../input.ts";
import { AwsError } from "../request.ts";
import type { HandlerContext, Handlers } from "./handler.ts";
import {
  current,
  openValue,
  type SecretValue,
  sameValue,
  storeVersion,
  versionsOf,
} from "./secret-versions.ts";
import { findSecret, type Secret, secretsOf } from "./secrets.ts";

const secretId = z.string().min(1);
const stages = z.array(z.string().min(1)).min(1).max(20);
const filters = z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })).default([]);

/** Secrets and their versions. The engine's provider makes the secrets; values come and go here alone. */
export const handlers: Handlers = {
  async GetSecretValue(request) {
    const wanted = members(
      { VersionId: z.string().optional(), VersionStage: z.string().optional() },
      request.input,
    );
    return onSecret(request, "GetSecretValue", async (secret) => {
      refuseDeleted(secret);
      const stage = wanted.VersionStage ?? (wanted.VersionId === undefined ? current : undefined);
      const version = versionsOf(request.cloud.store, secret).find(
        ({ versionId, stages: its }) =>
          (wanted.VersionId ?? versionId) === versionId && (stage === undefined || its.includes(stage)),
      );
      if (version === undefined) {
        const what =
          wanted.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${wanted.VersionId}`;
        throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
      }
      const value = await openValue(request, secret, version);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.versionId,
        VersionStages: version.stages,
        CreatedDate: new Date(version.createdDate),
        ...value,
      };
    });
  },
  async PutSecretValue(request) {
    const input = members(
      {
        ClientRequestToken: z.string().min(32).max(64).optional(),
        SecretString: z.string().optional(),
        SecretBinary: bytes.optional(),
        VersionStages: stages.default([current]),
      },
      request.input,
      "InvalidParameterException",
    );
    const value = secretValue(input);
    return onSecret(request, "PutSecretValue", async (secret) => {
      refuseDeleted(secret);
      const versionId = input.ClientRequestToken ?? randomUUID();
      const present = versionsOf(request.cloud.store, secret).find(
        (version) => version.versionId === versionId,
      );
      if (present === undefined) await storeVersion(request, secret, versionId, value, input.VersionStages);
      else if (!sameValue(await openValue(request, secret, present), value)) {
        throw new AwsError(
          "ResourceExistsException",
          `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
        );
      }
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: input.VersionStages };
    });
  },
  async DescribeSecret(request) {
    return onSecret(request, "DescribeSecret", (secret) => ({
      ...described(secret),
      VersionIdsToStages: Object.fromEntries(
        versionsOf(request.cloud.store, secret)
          .filter(({ stages: its }) => its.length > 0)
          .map(({ versionId, stages: its }) => [versionId, its]),
      ),
    }));
  },
  async ListSecretVersionIds(request) {
    const { IncludeDeprecated } = members({ IncludeDeprecated: z.boolean().default(false) }, request.input);
    return onSecret(request, "ListSecretVersionIds", (secret) => ({
      ARN: secret.arn,
      Name: secret.name,
      Versions: versionsOf(request.cloud.store, secret)
        .filter(({ stages: its }) => IncludeDeprecated || its.length > 0)
        .map(({ versionId, stages: its, createdDate }) => ({
          VersionId: versionId,
          VersionStages: its,
          CreatedDate: new Date(createdDate),
        })),
    }));
  },
  async GetResourcePolicy(request) {
    return onSecret(request, "GetResourcePolicy", ({ arn, name, policy }) => ({
      ARN: arn,
      Name: name,
      ResourcePolicy: policy,
    }));
  },
  async ListSecrets(request) {
    const { cloud, caller, region, input } = request;
    const { Filters } = members({ Filters: filters }, input, "InvalidParameterException");
    return cloud.perform({ caller, service: "secretsmanager", action: "ListSecrets", region, input }, () => ({
      SecretList: secretsOf(cloud.store, caller.account)
        .filter((secret) =>
          Filters.every(({ Key, Values }) => Values.some((value) => matches(secret, Key, value))),
        )
        .map(described),
    }));
  },
};

function onSecret<T extends Record<string, unknown>>(
  request: HandlerContext,
  action: string,
  work: (secret: Secret) => T | Promise<T>,
): Promise<T> {
  const { cloud, caller, region, input } = request;
  const { SecretId } = members({ SecretId: secretId }, input);
  const secret = findSecret(cloud.store, caller.account, SecretId);
  const [, , , , named] = SecretId.split(":");
  const resource = secret?.arn ?? (named === undefined ? undefined : SecretId);
  const resourceAccount = secret?.account ?? named;
  return cloud.perform(
    { caller, service: "secretsmanager", action, region, resource, resourceAccount, input },
    () => {
      if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
      return work(secret);
    },
  );
}

function described({ arn, name, description, kmsKeyId, deletionDate, properties }: Secret) {
  const DeletedDate = deletionDate === undefined ? undefined : new Date(deletionDate);
  const Tags = tagList(properties);
  return { ARN: arn, Name: name, Description: description, KmsKeyId: kmsKeyId, DeletedDate, Tags };
}

function refuseDeleted({ deletionDate }: Secret): void {
  if (deletionDate === undefined) return;
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  throw new AwsError("InvalidRequestException", message);
}

function matches({ name, description, properties }: Secret, key: string, value: string): boolean {
  const tags = tagList(properties);
  if (key === "name") return name.startsWith(value);
  if (key === "description") return (description ?? "").includes(value);
  if (key === "tag-key") return tags.some((tag) => tag.Key.startsWith(value));
  if (key === "tag-value") return tags.some((tag) => tag.Value.startsWith(value));
  throw new AwsError("InvalidParameterException", `The stand-in does not filter secrets by ${key}.`);
}

function secretValue(input: { SecretString?: string; SecretBinary?: Buffer }): SecretValue {
  if (input.SecretString !== undefined && input.SecretBinary === undefined)
    return { SecretString: input.SecretString };
  if (input.SecretBinary !== undefined && input.SecretString === undefined)
    return { SecretBinary: input.SecretBinary };
  throw new AwsError("InvalidParameterException", "You must provide either SecretString or SecretBinary.");
}

function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}
