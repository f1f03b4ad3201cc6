import type { Difference } from "../../isolation/deployed.ts";
import type { Model } from "../../isolation/model.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import { hostScript } from "../../stacks/nitro-nodes.ts";
import type { Installation } from "../installation.ts";

/** What the hosts are planned to do at their first boot, by the name of the launch template; undefined while it is not known here. */
export async function plannedScripts(
  { inputs: { deployment }, handoffs }: Pick<Installation, "inputs" | "handoffs">,
  model: Model,
): Promise<ReadonlyMap<string, string> | undefined> {
  const baseline = await handoffs.read("baseline-infrastructure");
  const repository = baseline?.repositoryUrls["policy-node"];
  const image = deployment.release.images["policy-node"];
  const scripts = new Map<string, string>();
  for (const node of nodeNumbers) {
    const made = await handoffs.read(`policy-node${node}-long-lived`);
    if (baseline === undefined || repository === undefined || image === undefined || made === undefined)
      return undefined;
    const { artefactBucket } = baseline;
    const { secretArns } = made;
    const hostImage = `${repository}@${image.digest}`;
    const script = hostScript({ deployment, model }, node, { artefactBucket, secretArns, hostImage });
    scripts.set(`${model.names.prefix}-node${node}`, script);
  }
  return scripts;
}

/**
 * Launch templates of hosts that do something else at their first boot than planned. A template that is not there starts nothing.
 *
 * @param parts of the account as they were read back
 */
export function scriptDifferences(
  planned: ReadonlyMap<string, string>,
  parts: readonly PlannedPart[],
): readonly Difference[] {
  return parts
    .filter(({ type }) => type === "aws:ec2/launchTemplate:LaunchTemplate")
    .flatMap(({ urn: resource, inputs }): Difference[] => {
      const wanted = planned.get(`${inputs.name}`);
      if (wanted === undefined)
        return [{ resource, kind: "extra", detail: "a launch template that is not planned" }];
      const found = Buffer.from(`${inputs.userData ?? ""}`, "base64").toString("utf8");
      if (found === wanted) return [];
      const detail = "what its hosts do at their first boot differs from the plan";
      return [{ resource, kind: "changed", detail }];
    });
}
