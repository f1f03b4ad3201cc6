interface Service {
  /** The SDK's name for the service, as it stands in the real provider's error messages. */
  readonly name: string;
  /** The action that changes tags of most of its resources. */
  readonly tag: string;
  /** One for all Regions: its resources take no `region`. */
  readonly global: boolean;
}

const regional = (name: string, tag = "TagResource"): Service => ({ name, tag, global: false });
const worldwide = (name: string, tag: string): Service => ({ name, tag, global: true });

/** By the prefix that IAM policies use for the service's actions. */
export const services = {
  acm: regional("ACM", "AddTagsToCertificate"),
  autoscaling: regional("Auto Scaling", "CreateOrUpdateTags"),
  cloudtrail: regional("CloudTrail", "AddTags"),
  cloudwatch: regional("CloudWatch"),
  ec2: regional("EC2", "CreateTags"),
  ecr: regional("ECR"),
  ecs: regional("ECS"),
  elasticloadbalancing: regional("Elastic Load Balancing v2", "AddTags"),
  events: regional("EventBridge"),
  iam: worldwide("IAM", "TagRole"),
  kms: regional("KMS"),
  logs: regional("CloudWatch Logs"),
  rds: regional("RDS", "AddTagsToResource"),
  route53: worldwide("Route 53", "ChangeTagsForResource"),
  route53resolver: regional("Route53Resolver"),
  s3: regional("S3", "PutBucketTagging"),
  secretsmanager: regional("Secrets Manager"),
  servicediscovery: regional("ServiceDiscovery"),
  sns: regional("SNS"),
  wafv2: regional("WAFV2"),
} as const satisfies Record<string, Service>;

export type ServicePrefix = keyof typeof services;
