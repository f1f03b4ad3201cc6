import { randomUUID } from "node:crypto";
import { AwsError } from "../../request.ts";
import { actions, arn, find, hex, type ResourceTypes, strings, words } from "../resource-type.ts";
import { subnetReference, vpcReference } from "./network.ts";

const loadBalancerReference = {
  type: "aws:lb/loadBalancer:LoadBalancer",
  code: "LoadBalancerNotFound",
} as const;

export const deliveryTypes: ResourceTypes = {
  "aws:lb/loadBalancer:LoadBalancer": {
    service: "elasticloadbalancing",
    label: "ELBv2 Load Balancer",
    actions: actions(
      "CreateLoadBalancer",
      "DescribeLoadBalancers",
      "ModifyLoadBalancerAttributes",
      "DeleteLoadBalancer",
    ),
    required: [],
    optional: words(
      "name loadBalancerType internal subnets securityGroups dropInvalidHeaderFields enableDeletionProtection accessLogs idleTimeout desyncMitigationMode enableHttp2 xffHeaderProcessingMode ipAddressType",
    ),
    replaceOn: words("name loadBalancerType internal"),
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "DuplicateLoadBalancerName" },
    computed: ({ name, internal, subnets }, place) => {
      const arnSuffix = `app/${name}/${hex(16)}`;
      return {
        arn: arn("elasticloadbalancing", place, `loadbalancer/${arnSuffix}`),
        arnSuffix,
        dnsName: `${internal === true ? "internal-" : ""}${name}-${Number.parseInt(hex(7), 16)}.${place.region}.elb.amazonaws.com`,
        zoneId: "Z35SXDOTRQ7X7K",
        vpcId: find(place, subnetReference.type, strings(subnets)[0])?.properties.vpcId ?? "",
        loadBalancerType: "application",
        internal: false,
        ipAddressType: "ipv4",
        enableDeletionProtection: false,
        enablePrefixForIpv6SourceNat: "",
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "",
        idleTimeout: 60,
        secondaryIpsAutoAssignedPerSubnet: 0,
        securityGroups: [],
        subnetMappings: [],
        subnets: [],
      };
    },
    id: (properties) => `${properties.arn}`,
    arn: "arn",
    validate: ({ name, subnets }, place) => {
      if (!/^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(`${name}`)) {
        throw new AwsError(
          "ValidationError",
          `The load balancer name '${name}' must be at most 32 letters, digits and inner hyphens.`,
        );
      }
      const zones = strings(subnets).map(
        (id) => find(place, subnetReference.type, id)?.properties.availabilityZone,
      );
      if (new Set(zones).size >= 2) return;
      throw new AwsError(
        "ValidationError",
        "At least two subnets in two different Availability Zones must be specified",
      );
    },
    refuseDelete: ({ enableDeletionProtection, ...stored }) => {
      if (enableDeletionProtection !== true) return;
      throw new AwsError(
        "OperationNotPermitted",
        `Load balancer '${stored.arn}' cannot be deleted because deletion protection is enabled`,
      );
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    service: "elasticloadbalancing",
    label: "ELBv2 Target Group",
    actions: actions("CreateTargetGroup", "DescribeTargetGroups", "ModifyTargetGroup", "DeleteTargetGroup"),
    required: [],
    optional: words(
      "name port protocol protocolVersion targetType vpcId healthCheck deregistrationDelay stickiness slowStart",
    ),
    replaceOn: words("name port protocol protocolVersion targetType vpcId"),
    taggable: true,
    autoName: "name",
    references: { vpcId: { ...vpcReference, code: "ValidationError" } },
    unique: { by: ["name"], code: "DuplicateTargetGroupName" },
    computed: ({ name }, place) => {
      const arnSuffix = `targetgroup/${name}/${hex(16)}`;
      return {
        arn: arn("elasticloadbalancing", place, arnSuffix),
        arnSuffix,
        loadBalancerArns: [],
        connectionTermination: false,
        deregistrationDelay: 300,
        healthCheck: { enabled: true, path: "/", protocol: "HTTP" },
        ipAddressType: "ipv4",
        loadBalancingAlgorithmType: "round_robin",
        loadBalancingAnomalyMitigation: "off",
        loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
        preserveClientIp: "",
        protocolVersion: "HTTP1",
        stickiness: { enabled: false, type: "lb_cookie" },
        targetFailovers: [],
        targetGroupHealth: {},
        targetHealthStates: [],
        targetType: "instance",
      };
    },
    id: (properties) => `${properties.arn}`,
    arn: "arn",
  },
  "aws:lb/listener:Listener": {
    service: "elasticloadbalancing",
    label: "ELBv2 Listener",
    actions: actions("CreateListener", "DescribeListeners", "ModifyListener", "DeleteListener"),
    required: words("defaultActions loadBalancerArn"),
    optional: words("port protocol sslPolicy certificateArn"),
    replaceOn: ["loadBalancerArn"],
    taggable: true,
    references: { loadBalancerArn: loadBalancerReference },
    unique: { by: words("loadBalancerArn port"), code: "DuplicateListener" },
    computed: ({ loadBalancerArn }) => ({
      arn: `${`${loadBalancerArn}`.replace(":loadbalancer/", ":listener/")}/${hex(16)}`,
      protocol: "HTTP",
      mutualAuthentication: { mode: "off" },
      sslPolicy: "",
      tcpIdleTimeoutSeconds: 0,
    }),
    id: (properties) => `${properties.arn}`,
    arn: "arn",
    validate: ({ protocol, certificateArn }, place) => {
      if (protocol !== "HTTPS") return;
      const certificate = find(place, "aws:acm/certificate:Certificate", certificateArn);
      if (certificate?.properties.status === "ISSUED") return;
      throw new AwsError(
        "UnsupportedCertificate",
        `The certificate '${certificateArn}' must have a fully-qualified domain name, a supported signature, and be issued.`,
      );
    },
  },
  "aws:wafv2/webAcl:WebAcl": {
    service: "wafv2",
    label: "WAFv2 WebACL",
    actions: actions("CreateWebACL", "GetWebACL", "UpdateWebACL", "DeleteWebACL"),
    required: words("defaultAction scope visibilityConfig"),
    optional: words("name description rules"),
    replaceOn: words("name scope"),
    taggable: true,
    autoName: "name",
    unique: { by: words("name scope"), code: "WAFDuplicateItemException" },
    computed: ({ name, scope }, place) => {
      const webAclId = randomUUID();
      const kind = scope === "REGIONAL" ? "regional" : "global";
      return {
        webAclId,
        arn: arn("wafv2", place, `${kind}/webacl/${name}/${webAclId}`),
        applicationIntegrationUrl: "",
        capacity: 1,
        lockToken: randomUUID(),
      };
    },
    updated: () => ({ lockToken: randomUUID() }),
    id: ({ webAclId }) => `${webAclId}`,
    importId: ({ webAclId, name, scope }) => `${webAclId}/${name}/${scope}`,
    arn: "arn",
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": {
    service: "wafv2",
    label: "WAFv2 WebACL Association",
    actions: actions("AssociateWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL"),
    required: words("resourceArn webAclArn"),
    optional: [],
    replaceOn: words("resourceArn webAclArn"),
    references: { webAclArn: { type: "aws:wafv2/webAcl:WebAcl", code: "WAFNonexistentItemException" } },
    id: ({ webAclArn, resourceArn }) => `${webAclArn},${resourceArn}`,
  },
};
