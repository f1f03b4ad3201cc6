import { expect, test } from "vitest";
import type { Statement } from "../../../isolation/policy.ts";
import { decide } from "../../../rehearsal/authorise.ts";
import { fixtureModel } from "../../isolation/fixture.ts";
import {
  accountA,
  accountB,
  allow,
  bucket,
  type Case,
  deviation,
  documentOf,
  endpoint,
  key,
  keyArn,
  request,
  role,
  roleArn,
  secret,
  secretArn,
  session,
  stranger,
  to,
} from "./world.ts";

/** The wallet's network lies in account A; account B has a shard. */
const { endpoints } = fixtureModel();
const anybody = documentOf(allow("sts:AssumeRole", to("*")));
const everything = { can: [allow("*")] };
const notThrough = "because no VPC endpoint policy allows the";

/** The endpoint with the policy that the deployment gives it, in front of a caller and a resource that admit each other. */
function through(service: string, asked: Case["asked"], refused?: string): Case {
  const { policy } = endpoints[service] ?? { policy: { Statement: [] } };
  const caller = asked.caller?.account ?? accountA;
  const owner = asked.resourceAccount ?? caller;
  const open = allow("*", to(roleArn("r", caller)));
  const statements = policy.Statement as readonly Statement[];
  return {
    name: `${asked.service}:${asked.action} of ${owner} by ${caller} is ${refused === undefined ? "let through" : "refused"}`,
    stored: [
      ...role("r", { ...everything, account: caller }),
      ...key(owner, open),
      ...secret(owner, open),
      ...bucket(owner, open),
      ...endpoint(...statements),
    ],
    asked: { ...asked, endpoint: "vpce-1" },
    ...(refused === undefined ? {} : { refused }),
  };
}

const own = session("r");
const other = session("r", stranger);
const cases: readonly Case[] = [
  through("kms", request(own, "kms:Decrypt", keyArn(accountB))),
  through("kms", request(own, "kms:Decrypt", keyArn(stranger)), notThrough),
  through("kms", request(own, "kms:Encrypt", keyArn(accountB)), notThrough),
  through("kms", request(other, "kms:Decrypt", keyArn(stranger)), notThrough),
  through("secretsmanager", request(own, "secretsmanager:GetSecretValue", secretArn(accountB))),
  through("secretsmanager", request(own, "secretsmanager:GetSecretValue", secretArn(stranger)), notThrough),
  through("secretsmanager", request(own, "secretsmanager:PutSecretValue", secretArn(accountB)), notThrough),
  through("s3", request(other, "s3:PutObject", "arn:aws:s3:::files/secrets"), notThrough),
  through("sts", request(other, "sts:AssumeRole", roleArn("r", stranger)), notThrough),
];

test.each(cases)("$name", (line) => {
  expect(deviation(decide, line)).toBeUndefined();
});

test.each(cases.filter(({ refused }) => refused !== undefined))(
  "without the endpoint in its way, $name by nothing else",
  ({ stored, asked: { endpoint: _, ...asked } }) => {
    const assumable = stored.map((object) =>
      object.type === "aws:iam/role:Role"
        ? { ...object, properties: { ...object.properties, assumeRolePolicy: anybody } }
        : object,
    );
    expect(deviation(decide, { name: "", stored: assumable, asked })).toBeUndefined();
  },
);
