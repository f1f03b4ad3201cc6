import { expect, it } from "vitest";
import type { StackId } from "../../stacks/outputs.ts";
import { expectConvergence, expectTrueStatus, full, planFile, upTo } from "../support/interruption.ts";
import { withSession } from "../support/session.ts";
import { rehearsalBefore } from "../support/snapshots.ts";

/** Every type that the stacks make, under the stack whose update loses its answer; the first ones are those that carry policies. */
const typesByStack: readonly (readonly [StackId, readonly string[]])[] = [
  ["policy-node1-long-lived", ["aws:kms/alias:Alias", "aws:kms/key:Key", "aws:secretsmanager/secret:Secret"]],
  [
    "baseline-policy-node1",
    [
      "aws:cloudtrail/trail:Trail",
      "aws:cloudwatch/eventRule:EventRule",
      "aws:cloudwatch/eventTarget:EventTarget",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "aws:sns/topic:Topic",
      "aws:sns/topicSubscription:TopicSubscription",
    ],
  ],
  [
    "baseline-infrastructure",
    [
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "aws:ec2/eip:Eip",
      "aws:ec2/internetGateway:InternetGateway",
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/route:Route",
      "aws:ec2/routeTable:RouteTable",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/subnet:Subnet",
      "aws:ec2/vpc:Vpc",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ecr/repository:Repository",
      "aws:ecs/cluster:Cluster",
      "aws:iam/instanceProfile:InstanceProfile",
      "aws:route53/zone:Zone",
      "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ],
  ],
  [
    "nitro-nodes",
    [
      "aws:autoscaling/group:Group",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:ec2/launchTemplate:LaunchTemplate",
      "aws:ec2/networkInterface:NetworkInterface",
      "aws:servicediscovery/instance:Instance",
      "aws:servicediscovery/service:Service",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ],
  ],
  [
    "wallet-long-lived",
    [
      "aws:acm/certificate:Certificate",
      "aws:acm/certificateValidation:CertificateValidation",
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:rds/instance:Instance",
      "aws:rds/parameterGroup:ParameterGroup",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:route53/record:Record",
    ],
  ],
  [
    "wallet",
    [
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:ecs/service:Service",
      "aws:lb/listener:Listener",
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:lb/targetGroup:TargetGroup",
      "aws:wafv2/webAcl:WebAcl",
      "aws:wafv2/webAclAssociation:WebAclAssociation",
    ],
  ],
];
const cases = typesByStack.flatMap(([stack, types]) => types.map((type) => ({ stack, type })));

it.concurrent.each(full ? cases : cases.slice(0, 10))(
  "an answer lost after $type was made in $stack stops the run, and running again takes it over",
  async ({ stack, type }) => {
    const folder = await rehearsalBefore(stack);
    await withSession(async (session) => {
      const faults = planFile(folder, { faults: [{ kind: "lost", creates: type }] });
      const stopped = await session.perform({ ...upTo(stack, folder), faults });
      expect(stopped.exitCode, stopped.said).toBe(4);
      expect(stopped.document.error).toMatchObject({
        known: "answer-lost",
        message: expect.stringMatching(new RegExp(`${stack} \\(account \\d{12}\\)[^]*${type}`)),
        hint: expect.stringContaining("taken over by the next run"),
      });
      await expectTrueStatus(session, stack, folder);
      await expectConvergence(session, stack, folder);
    });
  },
);
