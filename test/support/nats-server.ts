import { join } from "node:path";
import {
  buildGoTool,
  cachedRoot,
  executableOf,
  type GoTool,
  isFile,
} from "../../automation/engine/go-tools.ts";

/** Of the version that the example's broker is made from. */
export const natsServerTool: GoTool = {
  name: "nats-server",
  version: "2.14.5",
  package: "github.com/nats-io/nats-server/v2",
};

/** The message broker's server, from the cache or built from its Go module. Returns the folder that holds the executable. */
export async function obtainNatsServer(): Promise<string> {
  const bin = join(cachedRoot(natsServerTool), "bin");
  if (!(await isFile(join(bin, executableOf(natsServerTool)))))
    await buildGoTool(natsServerTool, (line) => process.stderr.write(`${line}\n`));
  return bin;
}
