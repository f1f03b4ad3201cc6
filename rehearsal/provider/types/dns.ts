import { AwsError } from "../../request.ts";
import {
  actions,
  arn,
  capitals,
  derived,
  find,
  hex,
  type Place,
  type ResourceTypes,
  record,
  records,
  strings,
  words,
} from "../resource-type.ts";
import { vpcReference } from "./network.ts";

const zoneType = "aws:route53/zone:Zone";
const recordType = "aws:route53/record:Record";
const certificateType = "aws:acm/certificate:Certificate";

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
  [certificateType]: {
    service: "acm",
    label: "ACM Certificate",
    actions: actions(
      "RequestCertificate",
      "DescribeCertificate",
      "UpdateCertificateOptions",
      "DeleteCertificate",
    ),
    required: [],
    optional: words("domainName subjectAlternativeNames validationMethod keyAlgorithm options"),
    replaceOn: words("domainName subjectAlternativeNames validationMethod keyAlgorithm"),
    taggable: true,
    computed: ({ domainName, subjectAlternativeNames }, place) => {
      const names = [...new Set([`${domainName}`, ...strings(subjectAlternativeNames)])];
      return {
        arn: arn("acm", place, `certificate/${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`),
        // The record depends on account and name alone, so that a certificate asked for again validates with the records there are.
        domainValidationOptions: names.map((name) => ({
          domainName: name,
          resourceRecordName: `_${derived(32, place.caller.account, name)}.${name.replace(/^\*\./, "")}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${derived(32, name, place.caller.account)}.${derived(10, name)}.acm-validations.aws.`,
        })),
        status: "PENDING_VALIDATION",
        type: "AMAZON_ISSUED",
        keyAlgorithm: "RSA_2048",
        options: { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
        subjectAlternativeNames: names,
        notAfter: "",
        notBefore: "",
        pendingRenewal: false,
        renewalEligibility: "INELIGIBLE",
        renewalSummaries: [],
        validationEmails: [],
        validationMethod: "NONE",
      };
    },
    id: (properties) => `${properties.arn}`,
    arn: "arn",
  },
  // The real provider's id is the time of issue, which two certificates may share; here it is the certificate's ARN.
  "aws:acm/certificateValidation:CertificateValidation": {
    service: "acm",
    label: "ACM Certificate Validation",
    actions: actions(
      "DescribeCertificate",
      "DescribeCertificate",
      "DescribeCertificate",
      "DescribeCertificate",
    ),
    required: ["certificateArn"],
    optional: ["validationRecordFqdns"],
    replaceOn: words("certificateArn validationRecordFqdns"),
    references: { certificateArn: { type: certificateType, code: "ResourceNotFoundException" } },
    id: ({ certificateArn }) => `${certificateArn}`,
    validate: ({ certificateArn }, place) => {
      const missing = unmetValidation(certificateArn, place);
      if (missing === undefined) return;
      throw new AwsError(
        "RequestTimeout",
        `timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s): ${missing}`,
      );
    },
    effects: ({ properties }, place) => {
      const certificate = find(place, certificateType, properties?.certificateArn);
      if (certificate === undefined) return;
      const year = 395 * 24 * 60 * 60 * 1000;
      const issued = {
        status: "ISSUED",
        notBefore: place.now.toISOString(),
        notAfter: new Date(place.now.getTime() + year).toISOString(),
        renewalEligibility: "ELIGIBLE",
      };
      place.store.put({ ...certificate, properties: { ...certificate.properties, ...issued } });
    },
  },
};

/** Why AWS would wait in vain for this certificate: a validation record that is missing, or not reachable from the parent zone. */
function unmetValidation(certificateArn: unknown, place: Place): string | undefined {
  const options = records(find(place, certificateType, certificateArn)?.properties.domainValidationOptions);
  const all = place.store.list({ type: recordType });
  for (const { resourceRecordName, resourceRecordType, resourceRecordValue } of options) {
    const name = withoutDot(resourceRecordName);
    const found = all.find(
      ({ properties: each }) =>
        each.fqdn === name &&
        each.type === resourceRecordType &&
        strings(each.records).map(withoutDot).includes(withoutDot(resourceRecordValue)),
    );
    if (found === undefined) return `there is no record ${name} ${resourceRecordType} ${resourceRecordValue}`;
    const zone = place.store.get(found.account, zoneType, `${found.properties.zoneId}`)?.properties;
    const served = strings(zone?.nameServers).map(withoutDot).sort().join();
    const delegated = all.some(
      ({ properties: each }) =>
        each.type === "NS" &&
        each.zoneId !== found.properties.zoneId &&
        each.fqdn === zone?.name &&
        strings(each.records).map(withoutDot).sort().join() === served,
    );
    if (!delegated) return `the parent zone does not delegate ${zone?.name} to ${served}`;
  }
  return undefined;
}

function fullName(name: unknown, zone: unknown): string {
  const given = withoutDot(name);
  return given === zone || given.endsWith(`.${zone}`)
    ? given
    : [given, zone].filter((part) => part !== "").join(".");
}

function withoutDot(name: unknown): string {
  return `${name}`.toLowerCase().replace(/\.$/, "");
}
