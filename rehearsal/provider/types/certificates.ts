import { AwsError } from "../../request.ts";
import {
  actions,
  arn,
  derived,
  find,
  hex,
  type Place,
  type ResourceTypes,
  records,
  strings,
  words,
} from "../resource-type.ts";
import { recordType, withoutDot, zoneType } from "./dns.ts";

const certificateType = "aws:acm/certificate:Certificate";

export const certificateTypes: ResourceTypes = {
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
