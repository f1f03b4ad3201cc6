import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { longLived } from "./long-lived.ts";

export interface ZonesArgs {
  /** The public zone, which the parent zone's owner delegates to the name servers that this one is given. */
  readonly zone: string;
  /** The zone of the names inside the network. */
  readonly privateZone: string;
  readonly vpcId: Input<string>;
}

/** The deployment's names: the public zone of the wallet's host, and the private one of broker and nodes. */
export class Zones extends ComponentResource {
  readonly zoneId: Output<string>;
  readonly nameServers: Output<string[]>;
  readonly privateZoneId: Output<string>;
  /** Cloud Map namespace of the private zone. */
  readonly privateNamespaceId: Output<string>;

  constructor(name: string, args: ZonesArgs, options?: ComponentResourceOptions) {
    super("ivault:network:Zones", name, {}, options);
    const zone = new aws.route53.Zone(
      "zone",
      { name: args.zone, comment: "Institutional Vault" },
      // A zone made anew gets other name servers, and the delegation in the parent zone would lead nowhere.
      { parent: this, ...longLived },
    );
    // ECS registers tasks under private names through Cloud Map alone, so the private zone is a namespace of it.
    const namespace = new aws.servicediscovery.PrivateDnsNamespace(
      "private-zone",
      { name: args.privateZone, description: "Names inside the network", vpc: args.vpcId },
      { parent: this },
    );
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
    this.privateZoneId = namespace.hostedZone;
    this.privateNamespaceId = namespace.id;
    this.registerOutputs({});
  }
}
