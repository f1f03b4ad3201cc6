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
}

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
  const once = <T>(make: () => T) => {
    let made: T | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const ec2 = once(() => new EC2Client(common));
  const ecr = once(() => new ECRClient(common));
  const ecs = once(() => new ECSClient(common));
  const events = once(() => new EventBridgeClient(common));
  const iam = once(() => new IAMClient(common));
  const kms = once(() => new KMSClient(common));
  const organizations = once(() => new OrganizationsClient(common));
  const rds = once(() => new RDSClient(common));
  const route53 = once(() => new Route53Client(common));
  const s3 = once(
    () =>
      new S3Client({
        ...common,
        followRegionRedirects: true,
        forcePathStyle: options.endpoint !== undefined,
      }),
  );
  const secretsManager = once(() => new SecretsManagerClient(common));
  const sts = once(() => new STSClient(common));
  const tagging = once(() => new ResourceGroupsTaggingAPIClient(common));
  return {
    get ec2() {
      return ec2();
    },
    get ecr() {
      return ecr();
    },
    get ecs() {
      return ecs();
    },
    get events() {
      return events();
    },
    get iam() {
      return iam();
    },
    get kms() {
      return kms();
    },
    get organizations() {
      return organizations();
    },
    get rds() {
      return rds();
    },
    get route53() {
      return route53();
    },
    get s3() {
      return s3();
    },
    get secretsManager() {
      return secretsManager();
    },
    get sts() {
      return sts();
    },
    get tagging() {
      return tagging();
    },
  };
}
