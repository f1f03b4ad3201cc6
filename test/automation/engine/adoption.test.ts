import { describe, expect, it } from "vitest";
import {
  adoptablesOf,
  findAdoptable,
  idFromInputs,
  meansAlreadyExists,
} from "../../../automation/engine/adoption.ts";
import { parentZone } from "../../../rehearsal/zones.ts";
import { accountA, openStandIn, putKey } from "../../rehearsal/stand-in.ts";

describe("finding what the cloud has and the state lacks", () => {
  it.each([
    [
      "arn:aws:kms:us-east-2:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "aws:kms/key:Key",
      "1234abcd-12ab-34cd-56ef-1234567890ab",
    ],
    [
      "arn:aws:ec2:us-east-2:111111111111:subnet/subnet-0123456789abcdef0",
      "aws:ec2/subnet:Subnet",
      "subnet-0123456789abcdef0",
    ],
    [
      "arn:aws:s3:::customer-testnet-artefacts-111111111111",
      "aws:s3/bucket:Bucket",
      "customer-testnet-artefacts-111111111111",
    ],
    [
      "arn:aws:secretsmanager:us-east-2:222222222222:secret:testnet.customer.x-AbCdEf",
      "aws:secretsmanager/secret:Secret",
      "arn:aws:secretsmanager:us-east-2:222222222222:secret:testnet.customer.x-AbCdEf",
    ],
    [
      "arn:aws:logs:us-east-2:111111111111:log-group:/customer/testnet/wallet",
      "aws:cloudwatch/logGroup:LogGroup",
      "/customer/testnet/wallet",
    ],
    [
      "arn:aws:ecs:us-east-2:111111111111:service/customer-testnet/wallet",
      "aws:ecs/service:Service",
      "customer-testnet/wallet",
    ],
    [
      "arn:aws:rds:us-east-2:111111111111:db:customer-testnet-wallet",
      "aws:rds/instance:Instance",
      "customer-testnet-wallet",
    ],
    [
      "arn:aws:ecr:us-east-2:111111111111:repository/customer-testnet/wallet",
      "aws:ecr/repository:Repository",
      "customer-testnet/wallet",
    ],
    [
      "arn:aws:route53resolver:us-east-2:111111111111:firewall-rule-group/rslvr-frg-0123456789abcdef",
      "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
      "rslvr-frg-0123456789abcdef",
    ],
  ])("%s is imported by the id that the provider asks for", (arn, type, id) => {
    expect(adoptablesOf(arn, "wallet/some-name")).toEqual([{ type, name: "some-name", id, arn }]);
  });

  it("finds what belongs to the Region and what belongs to none", async () => {
    const standIn = await openStandIn();
    try {
      const tags = (name: string) => ({
        tags: { "ivault:deployment": "customer-testnet", "ivault:resource": `wallet/${name}` },
      });
      const key = putKey(standIn.store, accountA, "data", tags("data"));
      const zone = parentZone(accountA, "wallet.bank.example");
      standIn.store.put({ ...zone, properties: { ...zone.properties, ...tags("zone") } });
      const wanted = new Set(["aws:kms/key:Key::data", "aws:route53/zone:Zone::zone"]);
      const find = async (deployment: string, stack: string) =>
        await findAdoptable(standIn.clients(accountA), deployment, stack, wanted);
      expect(await find("customer-testnet", "wallet")).toEqual({
        adopt: new Map([
          ["aws:kms/key:Key::data", key.slice(key.lastIndexOf("/") + 1)],
          ["aws:route53/zone:Zone::zone", zone.id],
        ]),
        ambiguous: [],
      });
      expect((await find("customer-testnet", "wallet-long-lived")).adopt.size).toBe(0);
      expect((await find("customer-mainnet", "wallet")).adopt.size).toBe(0);
    } finally {
      await standIn.close();
    }
  });

  it("leaves both directions of a security group's rule open, since the ARN does not tell", () => {
    const found = adoptablesOf("arn:aws:ec2:us-east-2:111111111111:security-group-rule/sgr-0123", "wallet/x");
    expect(found.map(({ type }) => type)).toHaveLength(2);
  });

  it("does not take over what no stack makes", () => {
    expect(adoptablesOf("arn:aws:lambda:us-east-2:111111111111:function:x", "wallet/x")).toEqual([]);
  });

  it("recognizes a create that failed because the thing is there", () => {
    expect(
      meansAlreadyExists("api error AlreadyExistsException: An alias with the name … already exists"),
    ).toBe(true);
    expect(meansAlreadyExists("api error EntityAlreadyExists: Role with name x already exists.")).toBe(true);
    expect(meansAlreadyExists("api error AccessDenied: not authorized")).toBe(false);
  });

  it("takes an id from the name only where the provider imports by name", () => {
    expect(idFromInputs("aws:kms/alias:Alias", { name: "alias/x" })).toBe("alias/x");
    const record = { zoneId: "Z1", name: "_proof.wallet.bank.example.", type: "CNAME" };
    expect(idFromInputs("aws:route53/record:Record", record)).toBe("Z1__proof.wallet.bank.example_CNAME");
    expect(idFromInputs("aws:kms/key:Key", { description: "x" })).toBeUndefined();
  });
});
