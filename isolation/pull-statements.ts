import type { AccountKey } from "../spec/deployment.ts";
import { anyKeyArn, keyAlias, logGroupArn, repositoryArn, viaService } from "./arns.ts";
import type { Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";

/** Pulling an image by digest takes these three and a login; pushing takes others. */
export const pullCalls = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetDownloadUrlForLayer",
] as const;

/** A login to the registry names no repository. */
export const registryLogin: Statement = {
  Sid: "RegistryLogin",
  Effect: "Allow",
  Action: "ecr:GetAuthorizationToken",
  Resource: "*",
};

export function pullImage(scope: Scope, component: string): Statement {
  return { Sid: "PullImage", Effect: "Allow", Action: pullCalls, Resource: repositoryArn(scope, component) };
}

export function writeLogs(scope: Scope, group: string): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: logGroupArn(scope, group),
  };
}

/**
 * Decryption with one of our keys, through one service. The key's id is chosen by AWS, so the key is found by its alias; its own
 * policy has to admit the caller as well.
 */
export function decryptThrough(
  scope: Scope,
  account: AccountKey,
  keys: readonly string[],
  service: "secretsmanager" | "s3",
): Statement {
  return {
    Sid: "Decrypt",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: anyKeyArn(scope, account),
    Condition: {
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": keys.map((key) => keyAlias(scope, key)) },
      StringEquals: { "kms:ViaService": viaService(scope, service) },
    },
  };
}
