import { expect, test } from "vitest";
import { dashboardBody } from "../../components/dashboard.ts";

test("the dashboard shows the door, the services, the databases and the hosts", async () => {
  const body = dashboardBody({
    region: "us-east-2",
    clusterName: "customer-testnet",
    serviceNames: ["broker", "wallet"],
    databases: ["customer-testnet-wallet", "customer-testnet-policy-node0"],
    nodeGroups: ["customer-testnet-node0", "customer-testnet-node1", "customer-testnet-node2"],
    loadBalancer: "app/customer-testnet-wallet/1",
    targetGroup: "targetgroup/customer-testnet-wallet/1",
  });
  const text = await new Promise<string>((resolve) => body.apply(resolve));
  await expect(`${JSON.stringify(JSON.parse(text), null, 2)}\n`).toMatchFileSnapshot(
    "../golden/dashboard.golden.json",
  );
});
