import { type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { parseReference, type RegistryClient, registryClient } from "../../release/registry.ts";
import type { AccountKey } from "../../spec/deployment.ts";
import { CloudFailure, UserError } from "../errors.ts";
import type { ActionContext } from "./action.ts";

/** The vendor's registry, entered as one of the deployment's accounts, all of which the vendor admits. */
export async function vendorRegistry(context: ActionContext, account: AccountKey): Promise<RegistryClient> {
  const { vendor } = context.inputs.deployment.release;
  return await ecrRegistry(context, context.vendorRegistry(account), vendor.account, vendor.region);
}

/** The infrastructure account's own registry. */
export async function ownRegistry(context: ActionContext): Promise<RegistryClient> {
  const { model } = context;
  return await ecrRegistry(
    context,
    context.aws("infrastructure").ecr,
    model.accountIds.infrastructure,
    model.region,
  );
}

/** Where the broker's base image lies: a public registry, entered without a name. */
export function brokerBase(context: ActionContext): {
  readonly registry: RegistryClient;
  readonly repository: string;
} {
  const { image } = context.inputs.deployment.release.brokerBase;
  const reference = parseReference(image);
  if (reference === undefined) {
    throw new UserError({
      code: "invalid-image-reference",
      message: `release.brokerBase.image is "${image}", which is no image's name.`,
      file: "deployment.yaml",
      hint: "accepted is host/repository, for instance docker.io/library/nats",
    });
  }
  return {
    registry: registryClient({ host: reference.host, http: context.cloud.http }),
    repository: reference.repository,
  };
}

async function ecrRegistry(
  context: ActionContext,
  client: ECRClient,
  account: string,
  region: string,
): Promise<RegistryClient> {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  const token = authorizationData?.[0]?.authorizationToken;
  const password = token && Buffer.from(token, "base64").toString("utf8").replace(/^AWS:/, "");
  if (!password) {
    throw new CloudFailure({
      code: "no-registry-token",
      message: `ECR in ${region} answered GetAuthorizationToken without a token.`,
      hint: "run the same command again",
    });
  }
  const host = `${account}.dkr.ecr.${region}.amazonaws.com`;
  return registryClient({ host, http: context.cloud.http, credentials: { username: "AWS", password } });
}
