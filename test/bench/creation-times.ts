import { median } from "./figures.ts";

/** How long AWS takes to make one resource of a type, and where that is from. */
export interface CreationTime {
  readonly type: string;
  /** The text that was looked for, and every time found behind it, such as `7m59s`. */
  readonly text: string;
  readonly found: readonly string[];
  /** Seconds: the median of what was found. */
  readonly seconds: number;
}

/**
 * From logs of `terraform apply` in public GitHub repositories (November 2026), whose AWS provider waits for the same states as Pulumi's, being the
 * same code. Left out: emulators, scripted demonstrations, the same log twice, certificates that had been validated before (0 to 2 s).
 * The databases are also from `aws_db_instance.this[0]`, the certificates also from `aws_acm_certificate_validation.cert`. What is not listed takes a
 * few seconds, or no log was found (interface endpoints, Cloud Map namespaces), and counts as made at once: the replay is short rather than long.
 */
const logged: readonly Pick<CreationTime, "type" | "text" | "found">[] = [
  {
    type: "aws:rds/instance:Instance",
    text: "aws_db_instance.main: Creation complete after",
    found: ["5m15s", "5m57s", "6m8s", "7m34s", "7m59s", "10m12s", "14m2s", "15m", "17m6s"],
  },
  {
    type: "aws:lb/loadBalancer:LoadBalancer",
    text: "aws_lb.main: Creation complete after",
    found: ["45s", "2m15s", "2m21s", "2m28s", "2m36s", "2m56s", "3m7s"],
  },
  {
    type: "aws:acm/certificateValidation:CertificateValidation",
    text: "aws_acm_certificate_validation.this[0]: Creation complete after",
    found: ["1m1s", "1m29s", "1m47s", "4m25s", "8m52s"],
  },
  {
    type: "aws:ec2/natGateway:NatGateway",
    text: "aws_nat_gateway.this[0]: Creation complete after",
    found: ["1m25s", "1m28s", "1m34s", "1m45s", "1m47s", "1m54s", "1m55s", "2m4s", "2m5s"],
  },
  {
    type: "aws:autoscaling/group:Group",
    text: "autoscaling_group.asg: Creation complete after",
    found: ["41s", "43s", "44s", "45s", "46s", "46s", "47s"],
  },
  {
    type: "aws:ecs/service:Service",
    text: "aws_ecs_service.app: Creation complete after",
    found: ["1m14s", "1m15s"],
  },
  {
    type: "aws:route53/zone:Zone",
    text: "aws_route53_zone.main: Creation complete after",
    found: ["36s", "40s", "1m12s"],
  },
  {
    type: "aws:route53/record:Record",
    text: "aws_route53_record.www: Creation complete after",
    found: ["35s"],
  },
  {
    type: "aws:ecs/cluster:Cluster",
    text: "aws_ecs_cluster.main: Creation complete after",
    found: ["5s", "10s", "10s", "11s", "11s", "12s"],
  },
  {
    type: "aws:kms/key:Key",
    text: "aws_kms_key.main: Creation complete after",
    found: ["1s", "9s", "16s"],
  },
];

export const creationTimes: readonly CreationTime[] = logged.map((one) => ({
  ...one,
  seconds: median(one.found.map(secondsOf)),
}));

function secondsOf(time: string): number {
  const [, minutes = 0, seconds = 0] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(time) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
