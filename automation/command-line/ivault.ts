import { Command } from "commander";
import {
  check,
  decommission,
  deploy,
  doctor,
  drill,
  preview,
  prove,
  record,
  rehearse,
  status,
  verify,
} from "./declarations.ts";

/** In the order of the help. */
const declarations = [
  rehearse,
  deploy,
  preview,
  prove,
  verify,
  drill,
  status,
  doctor,
  check,
  record,
  decommission,
];

const examplesAndExitCodes = `
Try it without an AWS account:      ivault rehearse
Before anything else, for real:     ivault doctor --as infrastructure-admin
See what would change:              ivault preview --as policy-node1-admin
Deploy your own account's stacks:   ivault deploy --as policy-node1-admin
Who has to act next:                ivault status

Exit codes: 0 done · 1 bug · 2 wrong input · 3 refused · 4 cloud or engine failed, run again · 5 waiting for a person · 130 stopped`;

/**
 * The command line: each command with its options.
 *
 * @param signal stops a run as soon as what is under way is finished
 */
export function ivault(signal: AbortSignal): Command {
  const program = new Command("ivault")
    .description(
      "Deploys the self-installed Institutional Vault across three AWS accounts.\nOne promise: no single party can reach more than one master-key shard.",
    )
    .addHelpText("after", examplesAndExitCodes)
    .exitOverride();
  for (const declare of declarations) declare(program, signal);
  return program;
}
