import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages, { type RunRequest, type RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";

/*
 * A language host just large enough for a plain `pulumi preview` of a program that Node runs as it is. The engine's official distribution
 * has one beside the command line; an engine built from its Go module has none, and the host's own module is not published.
 */

/** Exit code by which the SDK's runner says that it has reported the error itself (`cmd/run/index.ts`). */
const errorWasReported = 32;

// The engine gives its own address as the last argument.
const engineAddress = process.argv.at(-1) ?? "";

/** Answers a call that needs no thought. */
function answer<Response>(make: () => Response) {
  return (_call: unknown, callback: sendUnaryData<Response>) => callback(null, make());
}

function run(call: ServerUnaryCall<RunRequest, RunResponse>, callback: sendUnaryData<RunResponse>): void {
  const { request } = call;
  const program = request.getInfo();
  const folder = program?.getProgramDirectory() || request.getPwd();
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    "root-directory": program?.getRootDirectory() ?? "",
    parallel: String(request.getParallel()),
  };
  const child = spawn(
    process.execPath,
    [
      runner,
      ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}=${value}`])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      program?.getEntryPoint() || request.getProgram() || ".",
      ...request.getArgsList(),
    ],
    {
      cwd: request.getPwd(),
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      // The engine shows what the host writes.
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  child.on("error", (error) => callback(error));
  child.on("close", (code) => {
    const response = new messages.RunResponse();
    if (code === errorWasReported) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with exit code ${code}`);
    callback(null, response);
  });
}

const server = new Server();
server.addService(languageService.LanguageRuntimeService, {
  handshake: answer(() => new messages.LanguageHandshakeResponse()),
  about: answer(() => new messages.AboutResponse()),
  getPluginInfo: answer(() => new plugins.PluginInfo()),
  getProgramDependencies: answer(() => new messages.GetProgramDependenciesResponse()),
  getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
  getRequiredPlugins: answer(() => new messages.GetRequiredPluginsResponse()),
  run,
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
