import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Model } from "../../isolation/model.ts";
import { CloudFailure } from "../errors.ts";
import type { StepId } from "../steps/steps.ts";
import { entryOf } from "./finding.ts";

/** Name in Secrets Manager of a secret of the model, for instance of `policy-node0.db-info`. */
export function secretName(model: Model, name: string): string {
  return entryOf(model.secrets, name, "secret").name;
}

/** A secret has no value although an earlier step fills it. */
export function emptySecret(secret: string, filledBy: StepId): CloudFailure {
  return new CloudFailure({
    code: "secret-without-value",
    message: `${secret} has no value, although ${filledBy} fills it.`,
    hint: `run the step ${filledBy} again`,
  });
}

export interface HeldSecret {
  readonly value: string;
  readonly versionId: string;
}

/** The current value; undefined while the secret has none. */
export async function readSecret(
  client: SecretsManagerClient,
  name: string,
): Promise<HeldSecret | undefined> {
  try {
    const { SecretString: value, VersionId: versionId } = await client.send(
      new GetSecretValueCommand({ SecretId: name }),
    );
    return value === undefined || versionId === undefined ? undefined : { value, versionId };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * Writes a new version. The SDK gives every call a random token and keeps it over its own retries, so that a lost answer makes no
 * second version; a token derived from the value would tell whoever may list versions something about the value.
 */
export async function writeSecret(
  client: SecretsManagerClient,
  name: string,
  value: string,
): Promise<HeldSecret> {
  const { VersionId: versionId } = await client.send(
    new PutSecretValueCommand({ SecretId: name, SecretString: value }),
  );
  return { value, versionId: versionId ?? "" };
}
