import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { BuiltImage } from "../../release/image.ts";
import { readLayer } from "../../release/layer.ts";
import { obtainNatsServer } from "../support/nats-server.ts";

export interface RunningBroker {
  readonly clientPort: number;
  readonly monitoringPort: number;
  readonly executable: string;
  readonly configuration: string;
  /** What the server wrote so far. */
  output(): string;
  /** Stops the server as ECS stops a task; resolves once it has ended, with everything that it wrote. */
  stop(): Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

/**
 * Starts a real server with what a built image holds, through the image's own entrypoint. A folder stands for the container's root,
 * and free ports of the loopback address for the two that the image has to itself in its container.
 */
export async function startBroker(
  image: BuiltImage,
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<RunningBroker> {
  const bin = await obtainNatsServer();
  const { files } = readLayer(image.layers.at(-1)?.bytes ?? new Uint8Array());
  for (const [path, content] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, placedIn(folder, Buffer.from(content).toString()));
  }
  await mkdir(join(folder, "run", "nats"), { recursive: true });
  const child = spawn("/bin/sh", [join(folder, "usr/local/bin/broker-entrypoint.sh")], {
    env: { PATH: [bin, "/usr/bin", "/bin"].join(delimiter), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "close");
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (output.includes("Server is ready")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("close", (code) => reject(new Error(`the server ended with exit code ${code}:\n${output}`)));
  });
  return {
    clientPort: portIn(output, /Listening for client connections on 127\.0\.0\.1:(\d+)/),
    monitoringPort: portIn(output, /Starting http monitor on 127\.0\.0\.1:(\d+)/),
    executable: join(bin, "nats-server"),
    configuration: join(folder, "etc/nats/nats-server.conf"),
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      const [exitCode] = await ended;
      return { exitCode, output };
    },
  };
}

function placedIn(folder: string, text: string): string {
  return text
    .replaceAll(/(?<=["\s])\/(run|etc)\/nats\//g, `${folder}/$1/nats/`)
    .replace(/"0\.0\.0\.0:\d+"|"127\.0\.0\.1:\d+"/g, '"127.0.0.1:-1"');
}

function portIn(output: string, line: RegExp): number {
  const port = line.exec(output)?.[1];
  if (port === undefined) throw new Error(`the server does not say ${line}:\n${output}`);
  return Number(port);
}
