import type { Call, Row, ServiceName } from "./call.ts";
import { roles, sessions } from "./calls/identities.ts";
import { containers, images } from "./calls/images-and-services.ts";
import { keys, vault } from "./calls/keys-and-secrets.ts";
import { objects } from "./calls/objects.ts";
import { networks, tags, zones } from "./calls/zones-and-networks.ts";

function of<S extends ServiceName>(service: S, rows: readonly Row<S>[]): Call[] {
  return rows.map(([name, send, apart = {}]) => ({
    service,
    name,
    run: (aws, facts) => send(aws[service], facts),
    apart,
  }));
}

/** What is asked of moto by the recorder and of the stand-in by the test. */
export const calls: readonly Call[] = [
  ...of("kms", keys),
  ...of("secretsManager", vault),
  ...of("sts", sessions),
  ...of("iam", roles),
  ...of("ecr", images),
  ...of("ecs", containers),
  ...of("s3", objects),
  ...of("route53", zones),
  ...of("tagging", tags),
  ...of("ec2", networks),
];
