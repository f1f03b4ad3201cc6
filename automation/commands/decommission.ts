import { stackDefinitions } from "../../stacks/index.ts";
import { type DecommissionPlan, decommissionPlan } from "../decommission.ts";
import { obtainEngine } from "../engine/engine.ts";
import { openEngineStack, type ResourceState } from "../engine/stack.ts";
import { exitCodes } from "../errors.ts";
import { placeOf } from "../steps/stack-run.ts";
import { performs, type StepId } from "../steps/steps.ts";
import { coloured } from "../terminal/output.ts";
import { type CommandOptions, report, rolesHere, withInstallation } from "./command.ts";

/** `decommission`: how the installation would be taken out of service. Reads the own stacks' state, and changes nothing. */
export async function decommission(options: CommandOptions): Promise<number> {
  const engine = await obtainEngine({ report: report(options) });
  return await withInstallation(options, async (installation) => {
    const { steps, inputs, cloud } = installation;
    const { deployment } = inputs;
    const roles = await rolesHere(options, installation);
    const states = new Map<StepId, readonly ResourceState[]>();
    for (const definition of stackDefinitions) {
      const step = steps.find(({ id }) => id === definition.id);
      if (step === undefined || !performs(roles, step, deployment)) continue;
      const place = placeOf(installation, definition);
      const opened = await openEngineStack(engine, cloud, place, async () => ({}), "absent");
      if (opened === undefined) continue;
      try {
        states.set(definition.id, opened.state.resources);
      } finally {
        await opened.close();
      }
    }
    const plan = decommissionPlan(deployment, steps, states);
    options.output.say(decommissionText(deployment.environment, plan));
    options.output.answer({ environment: deployment.environment, changed: false, ...plan });
    return exitCodes.done;
  });
}

function decommissionText(environment: string, { steps, confirmations }: DecommissionPlan): string {
  const lines = [
    `Taking ${coloured("bold", environment)} out of service: a plan; nothing is changed, by this command or any other.`,
    "",
    "To be confirmed before the first step:",
    ...confirmations.map(({ what, by }) => `  - ${what} (${by.join(", ")})`),
    "",
    "Then, in this order:",
  ];
  for (const [index, { step, role, account, does, removes, keeps }] of steps.entries()) {
    lines.push(`  ${index + 1}. ${step}: ${does} (${role}, account ${account})`);
    if (removes !== undefined) lines.push(`       goes: ${removes.length} resources`);
    if (keeps !== undefined && keeps.length > 0) lines.push(`       stays: ${keeps.join(", ")}`);
  }
  return lines.join("\n");
}
