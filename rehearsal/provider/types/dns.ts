import { AwsError } from "../../request.ts";
import { actions, arn, capitals, find, hex, type ResourceTypes, record, words } from "../resource-type.ts";
import { vpcReference } from "./network.ts";

export const zoneType = "aws:route53/zone:Zone";
export const recordType = "aws:route53/record:Record";

export const dnsTypes: ResourceTypes = {
  [zoneType]: {
    service: "route53",
    label: "Route 53 Hosted Zone",
    actions: actions("CreateHostedZone", "GetHostedZone", "UpdateHostedZoneComment", "DeleteHostedZone"),
    required: [],
    optional: words("name comment forceDestroy vpcs"),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    computed: () => {
      const zoneId = `Z${capitals(20)}`;
      const nameServers = ["com", "net", "org", "co.uk"].map(
        (ending) =>
          `ns-${Number.parseInt(hex(3), 16) % 2048}.awsdns-${`${Number.parseInt(hex(2), 16) % 64}`.padStart(2, "0")}.${ending}`,
      );
      return {
        zoneId,
        arn: `arn:aws:route53:::hostedzone/${zoneId}`,
        nameServers,
        primaryNameServer: nameServers[0],
        comment: "Managed by Pulumi",
        enableAcceleratedRecovery: false,
        forceDestroy: false,
      };
    },
    id: ({ zoneId }) => `${zoneId}`,
    arn: "arn",
    refuseDelete: ({ zoneId, forceDestroy }, place) => {
      const holds = place.store
        .list({ account: place.caller.account, type: recordType })
        .some(({ properties }) => properties.zoneId === zoneId);
      if (!holds || forceDestroy === true) return;
      throw new AwsError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
    },
  },
  [recordType]: {
    service: "route53",
    label: "Route 53 Record",
    actions: actions(
      "ChangeResourceRecordSets",
      "ListResourceRecordSets",
      "ChangeResourceRecordSets",
      "ChangeResourceRecordSets",
    ),
    required: words("name type zoneId"),
    optional: words("aliases allowOverwrite records ttl healthCheckId setIdentifier"),
    replaceOn: words("name type zoneId"),
    references: { zoneId: { type: zoneType, code: "NoSuchHostedZone" } },
    computed: ({ name, zoneId }, place) => ({
      fqdn: fullName(name, find(place, zoneType, zoneId)?.properties.name),
      allowOverwrite: false,
    }),
    id: ({ zoneId, fqdn, type }) => `${zoneId}_${fqdn}_${type}`,
    validate: (properties, place) => {
      const { zoneId, name, fqdn, type, allowOverwrite } = properties;
      const zone = `${find(place, zoneType, zoneId)?.properties.name}`;
      if (fqdn !== zone && !`${fqdn}`.endsWith(`.${zone}`)) {
        throw new AwsError(
          "InvalidChangeBatch",
          `RRSet with DNS name ${name}. is not permitted in zone ${zone}.`,
        );
      }
      const present = place.store.get(place.caller.account, recordType, `${zoneId}_${fqdn}_${type}`);
      if (present === undefined || allowOverwrite === true) return;
      throw new AwsError(
        "InvalidChangeBatch",
        `[Tried to create resource record set [name='${fqdn}.', type='${type}'] but it already exists]`,
      );
    },
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    service: "servicediscovery",
    label: "Service Discovery Private DNS Namespace",
    actions: actions(
      "CreatePrivateDnsNamespace",
      "GetNamespace",
      "UpdatePrivateDnsNamespace",
      "DeleteNamespace",
    ),
    required: ["vpc"],
    optional: words("name description"),
    replaceOn: words("name vpc"),
    taggable: true,
    autoName: "name",
    references: { vpc: vpcReference },
    unique: { by: words("name vpc"), code: "NamespaceAlreadyExists" },
    computed: (_inputs, place) => {
      const id = `ns-${hex(16)}`;
      return {
        namespaceId: id,
        arn: arn("servicediscovery", place, `namespace/${id}`),
        hostedZone: `Z${capitals(20)}`,
      };
    },
    id: ({ namespaceId }) => `${namespaceId}`,
    importId: ({ namespaceId, vpc }) => `${namespaceId}:${vpc}`,
    arn: "arn",
    effects: ({ properties, previous }, { store, caller, region }) => {
      const zoneId = `${(properties ?? previous)?.hostedZone}`;
      if (properties === undefined) {
        store.delete(caller.account, zoneType, zoneId);
        return;
      }
      const zoneArn = `arn:aws:route53:::hostedzone/${zoneId}`;
      const vpcs = [{ vpcId: properties.vpc, vpcRegion: region }];
      const made = {
        zoneId,
        arn: zoneArn,
        name: properties.name,
        comment: "Created by Cloud Map",
        vpcs,
        nameServers: [],
        tags: {},
        tagsAll: {},
      };
      store.put({ account: caller.account, type: zoneType, id: zoneId, arn: zoneArn, properties: made });
    },
  },
  "aws:servicediscovery/service:Service": {
    service: "servicediscovery",
    label: "Service Discovery Service",
    actions: actions("CreateService", "GetService", "UpdateService", "DeleteService"),
    required: [],
    optional: words("name description dnsConfig healthCheckCustomConfig namespaceId forceDestroy"),
    replaceOn: words("name namespaceId"),
    taggable: true,
    autoName: "name",
    computed: ({ dnsConfig }, place) => {
      const id = `srv-${hex(16)}`;
      return {
        serviceId: id,
        arn: arn("servicediscovery", place, `service/${id}`),
        namespaceId: record(dnsConfig).namespaceId ?? "",
        type: "DNS",
        forceDestroy: false,
      };
    },
    id: ({ serviceId }) => `${serviceId}`,
    arn: "arn",
    validate: ({ namespaceId }, place) => {
      if (
        find(place, "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", namespaceId) !== undefined
      )
        return;
      throw new AwsError("NamespaceNotFound", `The namespace ${namespaceId} does not exist.`);
    },
  },
  "aws:servicediscovery/instance:Instance": {
    service: "servicediscovery",
    label: "Service Discovery Instance",
    actions: actions("RegisterInstance", "GetInstance", "RegisterInstance", "DeregisterInstance"),
    required: words("attributes instanceId serviceId"),
    optional: [],
    replaceOn: words("instanceId serviceId"),
    references: { serviceId: { type: "aws:servicediscovery/service:Service", code: "ServiceNotFound" } },
    // The real provider's id is the instance id alone, which is unique within its service only; it imports by both.
    id: ({ serviceId, instanceId }) => `${serviceId}/${instanceId}`,
  },
};

function fullName(name: unknown, zone: unknown): string {
  const given = withoutDot(name);
  return given === zone || given.endsWith(`.${zone}`)
    ? given
    : [given, zone].filter((part) => part !== "").join(".");
}

/** A DNS name as one compares it. */
export function withoutDot(name: unknown): string {
  return `${name}`.toLowerCase().replace(/\.$/, "");
}
