/**
 * Types among ours that take no tags. Everything else of AWS does, so a type that is new here is tagged and, where that is wrong,
 * refused by the provider instead of being left out silently.
 */
export const typesWithoutTags: ReadonlySet<string> = new Set([
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:ec2/route:Route",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:kms/alias:Alias",
  "aws:route53/record:Record",
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
  "aws:route53/resolverFirewallRule:ResolverFirewallRule",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:servicediscovery/instance:Instance",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:wafv2/webAclAssociation:WebAclAssociation",
]);

interface GroupTag {
  readonly key: string;
  readonly value: string;
  readonly propagateAtLaunch: boolean;
}

/**
 * The arguments of a resource with the tags that every resource of ours carries; a resource that was made but never reached the
 * engine's state is found again by them. Unchanged for what takes no tags.
 *
 * @param type engine's type token
 * @param name logical name in the stack
 * @param stack id of the stack, without the environment
 * @param deployment `<namespace>-<environment>`
 */
export function tagged(
  type: string,
  name: string,
  stack: string,
  deployment: string,
  props: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (!type.startsWith("aws:") || typesWithoutTags.has(type)) return { ...props };
  const ours = { "ivault:deployment": deployment, "ivault:resource": `${stack}/${name}` };
  if (type === "aws:autoscaling/group:Group") {
    const present = (props.tags ?? []) as readonly GroupTag[];
    const added = Object.entries(ours).map(([key, value]) => ({ key, value, propagateAtLaunch: true }));
    return { ...props, tags: [...present, ...added] };
  }
  // The console of EC2 and of the network lists things by their Name tag alone.
  const shown = type.startsWith("aws:ec2/") ? { Name: `${deployment}-${name}` } : {};
  return { ...props, tags: { ...shown, ...(props.tags as object | undefined), ...ours } };
}
