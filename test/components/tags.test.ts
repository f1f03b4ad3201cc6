import fc from "fast-check";
import { expect, test } from "vitest";
import { tagged, typesWithoutTags } from "../../components/tags.ts";

const ours = { "ivault:deployment": "customer-testnet", "ivault:resource": "wallet/broker" };
const put = (type: string, props: Record<string, unknown>) =>
  tagged(type, "broker", "wallet", "customer-testnet", props);

test("a resource carries its deployment, and its stack and logical name", () => {
  expect(put("aws:ecs/service:Service", { name: "broker" })).toEqual({ name: "broker", tags: ours });
});

test("tags that are there already stay, ours win", () => {
  const tags = { Name: "mine", "ivault:resource": "elsewhere" };
  expect(put("aws:ec2/subnet:Subnet", { tags })).toEqual({ tags: { Name: "mine", ...ours } });
});

test("what the console of EC2 lists has a name", () => {
  expect(put("aws:ec2/vpc:Vpc", {})).toEqual({ tags: { Name: "customer-testnet-broker", ...ours } });
});

test("an Auto Scaling group has its own form, and its instances inherit the tags", () => {
  const name = { key: "Name", value: "node0", propagateAtLaunch: true };
  expect(put("aws:autoscaling/group:Group", { tags: [name] })).toEqual({
    tags: [name, ...Object.entries(ours).map(([key, value]) => ({ key, value, propagateAtLaunch: true }))],
  });
});

test.each([...typesWithoutTags, "ivault:broker:Broker", "awsx:ec2:Vpc", "pulumi:providers:aws"])(
  "%s is left as it is",
  (type) => {
    expect(put(type, { a: 1 })).toEqual({ a: 1 });
  },
);

test("arguments other than tags never change, and the given ones are never written to", () => {
  const types = fc.constantFrom(
    "aws:ecs/service:Service",
    "aws:ec2/vpc:Vpc",
    "aws:iam/rolePolicy:RolePolicy",
  );
  fc.assert(
    fc.property(types, fc.dictionary(fc.string(), fc.jsonValue()), (type, dictionary) => {
      const { tags: _tags, ...props } = dictionary;
      const { tags: _added, ...rest } = put(type, Object.freeze(props));
      expect(rest).toEqual(props);
    }),
  );
});
