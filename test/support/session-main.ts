import { deploy } from "../../automation/commands/deploy.ts";
import { status } from "../../automation/commands/status.ts";
import { verify } from "../../automation/commands/verify.ts";
import { failureOf } from "../../automation/failures/failure.ts";
import type { Output } from "../../automation/terminal/output.ts";
import type { Answer, Request } from "./session.ts";

/** Performs commands one after another as `ivault` does, without loading the program anew for each. */
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());

async function performed({ command, folder, role, to, faults }: Request): Promise<Answer> {
  const said: string[] = [];
  let document: Readonly<Record<string, unknown>> = {};
  const output: Output = {
    format: "json",
    say: (text) => said.push(text),
    answer: (given) => {
      document = given;
    },
    event: () => {},
  };
  const shared = { input: undefined, rehearsal: folder, roles: [role], output, signal: stop.signal, faults };
  const commands = {
    rehearse: () =>
      deploy({ ...shared, to, withoutHealth: false, allowPolicyReplacement: false, rehearse: true }),
    status: () => status(shared),
    verify: () => verify(shared),
  };
  try {
    return { exitCode: await commands[command](), document, said: said.join("\n") };
  } catch (error) {
    const failure = failureOf(error);
    return {
      exitCode: failure.exitCode,
      document: { error: failure.error },
      said: [...said, failure.error.message, failure.error.hint ?? ""].join("\n"),
    };
  }
}

process.on("message", (request: Request) => {
  performed(request).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
