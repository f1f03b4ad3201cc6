import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from "@pulumi/pulumi";
import { Service, type ServiceArgs } from "./service.ts";
import { tlsVariables } from "./service-secrets.ts";

/** Port of the broker for its clients, all of them with mutual TLS. */
export const brokerPort = 4222;

export interface BrokerArgs
  extends Omit<ServiceArgs, "workload" | "reach" | "registryArn" | "singleton" | "count"> {
  readonly cpu: number;
  readonly memoryMebibytes: number;
  /** `<repository URL>@sha256:…` of our own image: the official server with our configuration as one more layer. */
  readonly image: Input<string>;
  /** The official image that ours is made from. */
  readonly base: { readonly image: string; readonly digest: string };
  /** Ask the base image's own registry whether it still has that digest. */
  readonly lookUpBase: boolean;
  /** ARN of the secret with certificate, private key and authority. */
  readonly tlsSecretArn: Input<string>;
  /** ARN of the secret with users, their password hashes and their subjects. */
  readonly usersSecretArn: Input<string>;
  /** Cloud Map namespace of the private zone, in which the broker is `broker`. */
  readonly namespaceId: Input<string>;
  /** Changes when the secrets have new versions. */
  readonly revision: string;
}

/**
 * The NATS server that wallet and policy nodes talk through, one task under a fixed private name. Its entrypoint writes certificate
 * and key to memory and drops them from the environment before it becomes the server.
 */
export class Broker extends ComponentResource {
  readonly serviceName: Output<string>;
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: BrokerArgs, options?: ComponentResourceOptions) {
    super("ivault:broker:Broker", name, {}, options);
    const service = new Service(
      name,
      {
        ...args,
        count: 1,
        // Core messaging without a cluster: two servers under one name would each see half of the clients.
        singleton: true,
        reach: "endpoints",
        registryArn: this.#createRegistration(name, args).arn,
        workload: {
          image: args.image,
          cpu: args.cpu,
          memoryMebibytes: args.memoryMebibytes,
          environment: {},
          secrets: {
            ...tlsVariables(args.tlsSecretArn),
            BROKER_USERS: args.usersSecretArn,
          },
          // The names of the annotations are those of the OCI image specification.
          labels: {
            "org.opencontainers.image.base.name": args.base.image,
            "org.opencontainers.image.base.digest": this.#baseDigest(args),
            "ivault.secrets-revision": args.revision,
          },
          ports: [brokerPort],
          healthCommand: "wget -q -O /dev/null http://127.0.0.1:8222/healthz",
          memoryFolder: "/run/nats",
        },
      },
      { parent: this },
    );
    this.serviceName = service.serviceName;
    this.securityGroupId = service.securityGroupId;
    this.registerOutputs({});
  }

  #createRegistration(name: string, { namespaceId }: BrokerArgs): aws.servicediscovery.Service {
    return new aws.servicediscovery.Service(
      name,
      {
        name,
        description: "The broker's fixed private name, which is also its certificate's",
        dnsConfig: { namespaceId, routingPolicy: "MULTIVALUE", dnsRecords: [{ type: "A", ttl: 10 }] },
      },
      { parent: this },
    );
  }

  /** The base's digest as its registry has it; asking by digest means that another answer is impossible and none is an error. */
  #baseDigest({ base, lookUpBase }: BrokerArgs): Output<string> {
    if (!lookUpBase) return output(base.digest);
    const provider = new docker.Provider("docker", { disableDockerDaemonCheck: true }, { parent: this });
    return docker.getRegistryImageOutput({ name: `${base.image}@${base.digest}` }, { parent: this, provider })
      .sha256Digest;
  }
}
