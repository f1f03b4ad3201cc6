#!/usr/bin/env node
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command, CommanderError, Option } from "commander";
import type { BackupEvidence } from "./actions/backup.ts";
import {
  type CommandOptions,
  check,
  deploy,
  doctor,
  exampleInputs,
  recordBackupEvidence,
  status,
} from "./commands.ts";
import { runDrill } from "./drill.ts";
import { exitCodes, Refusal } from "./errors.ts";
import type { Installation } from "./installation.ts";
import { failureOf, type Output, outputFor, sayFailure } from "./output.ts";
import { preview } from "./preview-command.ts";
import { proveWorld } from "./prove.ts";
import { type Role, roles } from "./steps.ts";
import { verify } from "./verify/command.ts";

/** npm runs scripts in the package's folder and says where the user stands in INIT_CWD. */
const base = process.env.INIT_CWD ?? process.cwd();
const stop = new AbortController();
let exitCode: number = exitCodes.done;

interface Flags {
  readonly json?: boolean;
  readonly jsonLines?: boolean;
  readonly as?: Role[];
  readonly input?: string;
  readonly rehearsal?: string | boolean;
  readonly dir?: string;
  readonly fresh?: boolean;
  readonly to?: string;
  readonly stack?: string;
  readonly yes?: boolean;
  readonly withoutHealth?: boolean;
  readonly allowPolicyReplacement?: boolean;
  readonly sha256?: string;
  readonly place?: string;
  readonly keeper?: string;
  readonly witness?: string;
  readonly world?: string;
  readonly export?: string;
  readonly smt?: string;
}

function outputOf(flags: Flags): Output {
  return outputFor(flags.jsonLines ? "json-lines" : flags.json ? "json" : "text");
}

function commonOptions(flags: Flags): CommandOptions {
  const folder = flags.rehearsal === true ? ".rehearsal" : flags.rehearsal || undefined;
  return {
    input: flags.input === undefined ? (folder === undefined ? base : undefined) : resolve(base, flags.input),
    rehearsal: folder === undefined ? undefined : resolve(base, folder),
    beginWith: exampleInputs,
    roles: flags.as ?? [],
    output: outputOf(flags),
    signal: stop.signal,
  };
}

function pathOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(base, path);
}

/** Asks before AWS is changed; a rehearsal is not worth a question. */
async function confirm(installation: Installation, flags: Flags): Promise<void> {
  if (!installation.cloud.real || flags.yes) return;
  const { environment } = installation.inputs.deployment;
  if (!process.stdin.isTTY) {
    throw new Refusal({
      code: "unconfirmed",
      message: `Deploying ${environment} to AWS needs a confirmation.`,
      hint: "add --yes once `preview` shows what you expect",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await prompt.question(
    `This changes AWS. Type the environment's name (${environment}) to go on: `,
  );
  prompt.close();
  if (typed.trim() !== environment)
    throw new Refusal({ code: "unconfirmed", message: "Nothing was changed." });
}

const asOption = () =>
  new Option("--as <role...>", "act for this role only; may be given more than once").choices([...roles]);
const inputOption = () =>
  new Option(
    "--input <folder>",
    "folder of deployment.yaml, bd-wallet.yaml, bootstrap.yaml and customer-secrets.yml",
  );
const rehearsalOption = () =>
  new Option("--rehearsal [folder]", "work on a rehearsal instead of AWS (default folder .rehearsal)");
const replacementOption = () =>
  new Option(
    "--allow-policy-replacement",
    "let resources that carry a policy be deleted or replaced, once every admin agrees",
  );
const toOption = () => new Option("--to <step>", "stop after this step");

function command(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--json", "one JSON document on standard output")
    .option("--json-lines", "typed events on standard output, one a line, the result last");
}

/** The four flags are required: commander has refused the command without them. */
function evidenceOf({ sha256 = "", place = "", keeper = "", witness = "" }: Flags): BackupEvidence {
  return { sha256, place, keeper, witness };
}

function run(work: (flags: Flags) => Promise<number>): (flags: Flags) => Promise<void> {
  return async (flags) => {
    try {
      exitCode = await work(flags);
    } catch (error) {
      const failure = failureOf(error);
      const output = outputOf(flags);
      sayFailure(output, failure);
      output.answer({ error: failure.error });
      exitCode = failure.exitCode;
    }
  };
}

function ivault(): Command {
  const program = new Command("ivault")
    .description(
      "Deploys the self-installed Institutional Vault across three AWS accounts.\nOne promise: no single party can reach more than one master-key shard.",
    )
    .addHelpText(
      "after",
      `
Try it without an AWS account:      ivault rehearse
Before anything else, for real:     ivault doctor --as infrastructure-admin
See what would change:              ivault preview --as policy-node1-admin
Deploy your own account's stacks:   ivault deploy --as policy-node1-admin
Who has to act next:                ivault status

Exit codes: 0 done · 1 bug · 2 wrong input · 3 refused · 4 cloud or engine failed, run again · 5 waiting for a person · 130 stopped`,
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      writeErr: (text) => process.stderr.write(text),
    });

  command(program, "rehearse", "deploy the whole vault on this machine: real engine, stand-in AWS accounts")
    .option("--fresh", "empty the rehearsal's folder first")
    .option("--dir <folder>", "the rehearsal's folder", ".rehearsal")
    .addOption(inputOption())
    .addOption(asOption())
    .addOption(toOption())
    .action(
      run((flags) =>
        deploy({
          ...commonOptions({ ...flags, rehearsal: flags.dir ?? ".rehearsal" }),
          fresh: flags.fresh ?? false,
          to: flags.to,
          withoutHealth: false,
          allowPolicyReplacement: false,
          rehearse: true,
        }),
      ),
    );
  command(program, "deploy", "perform the steps of your roles; run again to resume")
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .addOption(asOption())
    .addOption(toOption())
    .option("--yes", "do not ask before changing AWS")
    .addOption(replacementOption())
    .option(
      "--without-health",
      "bootstrap users and policies although the wallet's health is not established",
    )
    .action(
      run((flags) =>
        deploy({
          ...commonOptions(flags),
          to: flags.to,
          withoutHealth: flags.withoutHealth ?? false,
          allowPolicyReplacement: flags.allowPolicyReplacement ?? false,
          rehearse: false,
          confirm: (installation) => confirm(installation, flags),
        }),
      ),
    );
  command(program, "preview", "show what each stack would change; changes nothing")
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .addOption(asOption())
    .option("--stack <stack>", "this stack only")
    .action(run((flags) => preview({ ...commonOptions(flags), stack: flags.stack })));
  command(
    program,
    "prove",
    "prove of the planned policies, or of a world file, that no single party reaches more than one shard",
  )
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .option("--world <file>", "prove this world instead of the planned one")
    .option("--export <file>", "write the world that is proven")
    .option("--smt <folder>", "write P1 to P3 as SMT-LIB texts, for a solver of your own")
    .action(
      run((flags) =>
        proveWorld({
          ...commonOptions(flags),
          world: pathOf(flags.world),
          export: pathOf(flags.export),
          smt: pathOf(flags.smt),
        }),
      ),
    );
  command(program, "verify", "prove it again over what is deployed, and list what is not as planned")
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .addOption(asOption())
    .action(run((flags) => verify(commonOptions(flags))));
  command(program, "drill", "play every party against a copy of a rehearsal, and compare with the proof")
    .addOption(rehearsalOption())
    .action(run((flags) => runDrill(commonOptions({ ...flags, rehearsal: flags.rehearsal ?? true }))));
  command(program, "status", "where the installation stands and who has to act next")
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .addOption(asOption())
    .action(run((flags) => status(commonOptions(flags))));
  command(program, "doctor", "check this machine, the engine and the credentials")
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .addOption(asOption())
    .action(run((flags) => doctor(commonOptions(flags))));
  command(program, "check", "check the input files; all problems at once")
    .addOption(inputOption())
    .action(
      run((flags) =>
        check({
          input: flags.input === undefined ? base : resolve(base, flags.input),
          output: outputOf(flags),
        }),
      ),
    );
  const record = program.command("record").description("record what only a person can do");
  command(record, "backup", "evidence that the master key has been backed up; the file itself is never read")
    .requiredOption("--sha256 <hex>", "SHA-256 of the backup file")
    .requiredOption("--place <text>", "where it is kept")
    .requiredOption("--keeper <name>", "who keeps it")
    .requiredOption("--witness <name>", "who saw it; another person")
    .addOption(inputOption())
    .addOption(rehearsalOption())
    .action(run((flags) => recordBackupEvidence({ ...commonOptions(flags), evidence: evidenceOf(flags) })));
  return program;
}

// Once: the run ends by itself as soon as what is under way is finished, and says how to resume.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());

try {
  await ivault().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has said what is wrong; help and version are no errors.
  exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.input;
  if (exitCode !== 0 && process.argv.includes("--json")) {
    outputFor("json").answer({ error: { code: "usage", message: error.message } });
  }
}
process.exitCode = exitCode;
