import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { longLived } from "./long-lived.ts";

export interface CertificateArgs {
  readonly host: string;
  /** Route 53 zone in which the authority looks for the proof; it has to be delegated by now. */
  readonly zoneId: Input<string>;
}

/** The host's public certificate, proven through its zone and renewed by AWS as long as the proof stays there. */
export class Certificate extends ComponentResource {
  /** Known once the certificate is issued. */
  readonly certificateArn: Output<string>;

  constructor(name: string, args: CertificateArgs, options?: ComponentResourceOptions) {
    super("ivault:network:Certificate", name, {}, options);
    const certificate = new aws.acm.Certificate(
      name,
      { domainName: args.host, validationMethod: "DNS" },
      { parent: this, ...longLived },
    );
    const proof = certificate.domainValidationOptions.apply(([option]) => {
      if (option === undefined) throw new Error(`AWS asked for no proof that ${args.host} is ours.`);
      return option;
    });
    const record = new aws.route53.Record(
      `${name}-proof`,
      {
        zoneId: args.zoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType,
        records: [proof.resourceRecordValue],
        ttl: 300,
      },
      { parent: this },
    );
    const validation = new aws.acm.CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    this.certificateArn = validation.certificateArn;
    this.registerOutputs({});
  }
}
