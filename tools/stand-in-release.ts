// Prints the `release` section of deployment.yaml for a stand-in release: node tools/stand-in-release.ts 2.4.0
import { stringify } from "yaml";
import { standInRelease } from "../rehearsal/stand-in-release.ts";

const version = process.argv[2];
if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
  process.stderr.write("Usage: node tools/stand-in-release.ts VERSION (for instance 2.4.0)\n");
  process.exit(2);
}
const vendor = {
  account: "638663786504",
  region: "us-east-1",
  artefactBucket: "638663786504-prod-mpa-deployment-customer-artifacts",
};
const { version: _, ...pinned } = standInRelease(version).pinned;
process.stdout.write(stringify({ release: { version, vendor, ...pinned } }, { lineWidth: 0 }));
