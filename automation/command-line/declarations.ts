import { type Command, Option } from "commander";
import type { BackupEvidence } from "../actions/backup.ts";
import { confirm } from "./confirm.ts";
import { command, run } from "./declare.ts";
import {
  asOption,
  commandOptions,
  faultsOption,
  inputFolderOf,
  inputOption,
  outputOf,
  pathOf,
  rehearsalOption,
  type SharedFlags,
  toOption,
} from "./options.ts";

// What a command does is imported when it is called: together that is the engine's SDK, the solver and eight SDKs of AWS.

export function rehearse(program: Command, signal: AbortSignal): void {
  command(program, "rehearse", "deploy the whole vault on this machine: real engine, stand-in AWS accounts", [
    new Option("--fresh", "empty the rehearsal's folder first"),
    new Option("--dir <folder>", "the rehearsal's folder").default(".rehearsal"),
    inputOption,
    asOption,
    toOption,
    faultsOption,
  ]).action(
    run(
      async ({
        fresh = false,
        dir,
        to,
        ...flags
      }: SharedFlags & { fresh?: boolean; dir: string; to?: string }) => {
        const { deploy } = await import("../commands/deploy.ts");
        return await deploy({
          ...commandOptions({ ...flags, rehearsal: dir }, signal),
          fresh,
          to,
          withoutHealth: false,
          allowPolicyReplacement: false,
          rehearse: true,
        });
      },
    ),
  );
}

interface DeployFlags extends SharedFlags {
  readonly to?: string;
  readonly yes?: boolean;
  readonly withoutHealth?: boolean;
  readonly allowPolicyReplacement?: boolean;
}

export function deploy(program: Command, signal: AbortSignal): void {
  command(program, "deploy", "perform the steps of your roles; run again to resume", [
    inputOption,
    rehearsalOption,
    asOption,
    toOption,
    faultsOption,
    new Option("--yes", "do not ask before changing AWS"),
    new Option(
      "--allow-policy-replacement",
      "let resources that carry a policy be deleted or replaced, once every admin agrees",
    ),
    new Option(
      "--without-health",
      "bootstrap users and policies although the wallet's health is not established",
    ),
  ]).action(
    run(async (flags: DeployFlags) => {
      const { deploy } = await import("../commands/deploy.ts");
      return await deploy({
        ...commandOptions(flags, signal),
        to: flags.to,
        withoutHealth: flags.withoutHealth ?? false,
        allowPolicyReplacement: flags.allowPolicyReplacement ?? false,
        rehearse: false,
        confirm: flags.yes ? undefined : confirm,
      });
    }),
  );
}

export function preview(program: Command, signal: AbortSignal): void {
  command(program, "preview", "show what each stack would change; changes nothing", [
    inputOption,
    rehearsalOption,
    asOption,
    new Option("--stack <stack>", "this stack only"),
  ]).action(
    run(async ({ stack, ...flags }: SharedFlags & { stack?: string }) => {
      const { preview } = await import("../commands/preview.ts");
      return await preview({ ...commandOptions(flags, signal), stack });
    }),
  );
}

interface ProveFlags extends SharedFlags {
  readonly world?: string;
  readonly export?: string;
  readonly smt?: string;
}

export function prove(program: Command, signal: AbortSignal): void {
  command(
    program,
    "prove",
    "prove of the planned policies, or of a world file, that no single party reaches more than one shard",
    [
      inputOption,
      rehearsalOption,
      new Option("--world <file>", "prove this world instead of the planned one").argParser(pathOf),
      new Option("--export <file>", "write the world that is proven").argParser(pathOf),
      new Option("--smt <folder>", "write P1 to P3 as SMT-LIB texts, for a solver of your own").argParser(
        pathOf,
      ),
    ],
  ).action(
    run(async ({ world, export: exportTo, smt, ...flags }: ProveFlags) => {
      const { proveWorld } = await import("../commands/prove.ts");
      return await proveWorld({ ...commandOptions(flags, signal), world, export: exportTo, smt });
    }),
  );
}

export function verify(program: Command, signal: AbortSignal): void {
  command(program, "verify", "prove it again over what is deployed, and list what is not as planned", [
    inputOption,
    rehearsalOption,
    asOption,
  ]).action(
    run(async (flags: SharedFlags) =>
      (await import("../commands/verify.ts")).verify(commandOptions(flags, signal)),
    ),
  );
}

export function drill(program: Command, signal: AbortSignal): void {
  command(program, "drill", "play every party against a copy of a rehearsal, and compare with the proof", [
    rehearsalOption,
  ]).action(
    run(async (flags: SharedFlags) => {
      const { runDrill } = await import("../commands/drill.ts");
      return await runDrill(commandOptions({ rehearsal: true, ...flags }, signal));
    }),
  );
}

export function status(program: Command, signal: AbortSignal): void {
  command(program, "status", "where the installation stands and who has to act next", [
    inputOption,
    rehearsalOption,
    asOption,
  ]).action(
    run(async (flags: SharedFlags) =>
      (await import("../commands/status.ts")).status(commandOptions(flags, signal)),
    ),
  );
}

export function decommission(program: Command, signal: AbortSignal): void {
  command(
    program,
    "decommission",
    "plan how the vault would be taken out of service: order, what stays, who confirms what; changes nothing",
    [inputOption, rehearsalOption, asOption],
  ).action(
    run(async (flags: SharedFlags) => {
      const { decommission } = await import("../commands/decommission.ts");
      return await decommission(commandOptions(flags, signal));
    }),
  );
}

export function doctor(program: Command, signal: AbortSignal): void {
  command(program, "doctor", "check this machine, the engine and the credentials", [
    inputOption,
    rehearsalOption,
    asOption,
  ]).action(
    run(async (flags: SharedFlags) =>
      (await import("../commands/doctor.ts")).doctor(commandOptions(flags, signal)),
    ),
  );
}

export function check(program: Command): void {
  command(program, "check", "check the input files; all problems at once", [inputOption]).action(
    run(async (flags: SharedFlags) => {
      const { check } = await import("../commands/check.ts");
      return await check({ input: inputFolderOf(flags), output: outputOf(flags) });
    }),
  );
}

export function record(program: Command, signal: AbortSignal): void {
  const records = program.command("record").description("record what only a person can do");
  command(
    records,
    "backup",
    "evidence that the master key has been backed up; the file itself is never read",
    [
      new Option("--sha256 <hex>", "SHA-256 of the backup file").makeOptionMandatory(),
      new Option("--place <text>", "where it is kept").makeOptionMandatory(),
      new Option("--keeper <name>", "who keeps it").makeOptionMandatory(),
      new Option("--witness <name>", "who saw it; another person").makeOptionMandatory(),
      inputOption,
      rehearsalOption,
    ],
  ).action(
    run(async ({ sha256, place, keeper, witness, ...flags }: SharedFlags & BackupEvidence) => {
      const { recordBackupEvidence } = await import("../commands/record-backup.ts");
      const evidence = { sha256, place, keeper, witness };
      return await recordBackupEvidence({ ...commandOptions(flags, signal), evidence });
    }),
  );
}
