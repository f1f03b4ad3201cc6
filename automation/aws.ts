import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { RDSClient } from "@aws-sdk/client-rds";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";

/** The SDK clients of one principal in one Region, made when first asked for. */
export interface AwsClients {
  readonly ec2: EC2Client;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly organizations: OrganizationsClient;
  readonly rds: RDSClient;
  readonly route53: Route53Client;
  readonly s3: S3Client;
  readonly secretsManager: SecretsManagerClient;
  readonly sts: STSClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  /** Lists the tagged resources that belong to no Region, such as hosted zones. */
  readonly worldwideTagging: ResourceGroupsTaggingAPIClient;
}

/** Where the tagging API lists what belongs to no Region (its reference, "GetResources"). */
const worldwideRegion = "us-east-1";

export interface ClientOptions {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Undefined: AWS's own endpoints. */
  readonly endpoint: string | undefined;
}

/**
 * Clients for one principal. The vendor's bucket lies in a Region of its own, to which S3 redirects. With an endpoint of its own, S3 is
 * addressed by path, because bucket host names do not resolve there.
 */
export function awsClients(options: ClientOptions): AwsClients {
  const common = { region: options.region, credentials: options.credentials, endpoint: options.endpoint };
  return madeWhenAsked<AwsClients>({
    ec2: () => new EC2Client(common),
    ecr: () => new ECRClient(common),
    ecs: () => new ECSClient(common),
    events: () => new EventBridgeClient(common),
    iam: () => new IAMClient(common),
    kms: () => new KMSClient(common),
    organizations: () => new OrganizationsClient(common),
    rds: () => new RDSClient(common),
    route53: () => new Route53Client(common),
    s3: () =>
      new S3Client({
        ...common,
        followRegionRedirects: true,
        forcePathStyle: options.endpoint !== undefined,
      }),
    secretsManager: () => new SecretsManagerClient(common),
    sts: () => new STSClient(common),
    tagging: () => new ResourceGroupsTaggingAPIClient(common),
    worldwideTagging: () => new ResourceGroupsTaggingAPIClient({ ...common, region: worldwideRegion }),
  });
}

/** An object whose values are made when they are first read, and kept. */
function madeWhenAsked<T extends object>(makers: { readonly [K in keyof T]: () => T[K] }): T {
  const made: Partial<T> = {};
  const values = {} as T;
  for (const name of Object.keys(makers) as (keyof T)[]) {
    Object.defineProperty(values, name, { enumerable: true, get: () => (made[name] ??= makers[name]()) });
  }
  return values;
}
