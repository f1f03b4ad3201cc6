import { expect, test } from "vitest";
import { type HostSettings, hostUserData } from "../../components/user-data.ts";

const settings: HostSettings = {
  node: 1,
  region: "us-east-2",
  artefactBucket: "customer-testnet-artefacts-111111111111",
  imageKey: "release/2.4.0/mpa-policy-nitro.eif",
  imageSha256: "8".repeat(64),
  hostImage: `111111111111.dkr.ecr.us-east-2.amazonaws.com/customer-testnet/policy-node@sha256:${"3".repeat(64)}`,
  brokerHost: "broker.testnet.customer.internal",
  nodeHost: "node1.testnet.customer.internal",
  secretArns: {
    "policy-node1.encryptor-master-password":
      "arn:aws:secretsmanager:us-east-2:222222222222:secret:testnet.customer.policy-node1.encryptor-master-password-AbCdEf",
  },
};

test("a host's first boot: memory for the enclave, the image checked, and never debug mode", async () => {
  const script = hostUserData(settings);
  await expect(script).toMatchFileSnapshot("../golden/user-data.golden.sh");
  expect(script).not.toContain("debug");
});

test("the image's hash is checked before the image runs", () => {
  const script = hostUserData(settings);
  expect(script.indexOf("sha256sum --check")).toBeLessThan(script.indexOf("nitro-cli run-enclave"));
  expect(script).toMatch(/^#!\/bin\/bash\nset -euo pipefail\n/);
});

test("a key with shell characters stays one word", () => {
  expect(hostUserData({ ...settings, imageKey: "release/$(reboot)/it's.eif" })).toContain(
    "'s3://customer-testnet-artefacts-111111111111/release/$(reboot)/it'\\''s.eif'",
  );
});

test("fits into what EC2 accepts as user data", () => {
  expect(Buffer.byteLength(hostUserData(settings))).toBeLessThan(16 * 1024);
});
