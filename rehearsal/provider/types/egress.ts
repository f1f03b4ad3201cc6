import { actions, arn, hex, type Place, type ResourceTypes, words } from "../resource-type.ts";
import { vpcReference } from "./network.ts";

const listType = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
const groupType = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const notFound = "ResourceNotFoundException";

/** Id and ARN of something of the resolver's, in its own form. */
function identity(prefix: string, kind: string, place: Place) {
  const id = `${prefix}-${hex(16)}`;
  return { id, arn: arn("route53resolver", place, `${kind}/${id}`) };
}

/** Route 53 Resolver DNS Firewall: which names a network can resolve. */
export const egressTypes: ResourceTypes = {
  [listType]: {
    service: "route53resolver",
    label: "Route53 Resolver DNS Firewall Domain List",
    actions: actions(
      "CreateFirewallDomainList",
      "GetFirewallDomainList",
      "UpdateFirewallDomains",
      "DeleteFirewallDomainList",
    ),
    required: [],
    optional: words("name domains"),
    replaceOn: words("name"),
    taggable: true,
    autoName: "name",
    computed: (_inputs, place) => identity("rslvr-fdl", "firewall-domain-list", place),
    id: ({ id }) => `${id}`,
    arn: "arn",
  },
  [groupType]: {
    service: "route53resolver",
    label: "Route53 Resolver DNS Firewall Rule Group",
    actions: actions(
      "CreateFirewallRuleGroup",
      "GetFirewallRuleGroup",
      "UpdateFirewallRuleGroup",
      "DeleteFirewallRuleGroup",
    ),
    required: [],
    optional: words("name"),
    replaceOn: words("name"),
    taggable: true,
    autoName: "name",
    computed: (_inputs, place) => ({
      ...identity("rslvr-frg", "firewall-rule-group", place),
      ownerId: place.caller.account,
      shareStatus: "NOT_SHARED",
    }),
    id: ({ id }) => `${id}`,
    arn: "arn",
  },
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": {
    service: "route53resolver",
    label: "Route53 Resolver DNS Firewall Rule",
    actions: actions("CreateFirewallRule", "ListFirewallRules", "UpdateFirewallRule", "DeleteFirewallRule"),
    required: words("action firewallRuleGroupId priority"),
    optional: words("name blockResponse firewallDomainListId firewallDomainRedirectionAction"),
    replaceOn: words("firewallDomainListId firewallRuleGroupId"),
    autoName: "name",
    references: {
      firewallDomainListId: { type: listType, code: notFound },
      firewallRuleGroupId: { type: groupType, code: notFound },
    },
    unique: { by: words("firewallRuleGroupId firewallDomainListId"), code: "ConflictException" },
    computed: () => ({
      firewallDomainRedirectionAction: "INSPECT_REDIRECTION_DOMAIN",
      firewallThreatProtectionId: "",
    }),
    id: ({ firewallRuleGroupId, firewallDomainListId }) => `${firewallRuleGroupId}:${firewallDomainListId}`,
  },
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": {
    service: "route53resolver",
    label: "Route53 Resolver DNS Firewall Rule Group Association",
    actions: actions(
      "AssociateFirewallRuleGroup",
      "GetFirewallRuleGroupAssociation",
      "UpdateFirewallRuleGroupAssociation",
      "DisassociateFirewallRuleGroup",
    ),
    required: words("firewallRuleGroupId priority vpcId"),
    optional: words("name mutationProtection"),
    replaceOn: words("firewallRuleGroupId vpcId"),
    taggable: true,
    autoName: "name",
    references: { vpcId: vpcReference, firewallRuleGroupId: { type: groupType, code: notFound } },
    unique: { by: words("vpcId priority"), code: "ConflictException" },
    computed: (_inputs, place) => ({
      ...identity("rslvr-frgassoc", "firewall-rule-group-association", place),
      mutationProtection: "DISABLED",
    }),
    id: ({ id }) => `${id}`,
    arn: "arn",
  },
  // Every network has this setting from the beginning; making the resource sets it.
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": {
    service: "route53resolver",
    label: "Route53 Resolver DNS Firewall Config",
    actions: actions(
      "UpdateFirewallConfig",
      "GetFirewallConfig",
      "UpdateFirewallConfig",
      "UpdateFirewallConfig",
    ),
    required: words("resourceId"),
    optional: words("firewallFailOpen"),
    replaceOn: words("resourceId"),
    references: { resourceId: vpcReference },
    computed: ({ resourceId }, place) => ({
      id: `rdsc-${`${resourceId}`.replace(/^vpc-/, "")}`,
      firewallFailOpen: "DISABLED",
      ownerId: place.caller.account,
    }),
    id: ({ id }) => `${id}`,
  },
};
