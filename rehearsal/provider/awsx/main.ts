import { flushCompileCache } from "node:module";
import { output } from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider/index.js";
import { Vpc } from "./vpc.ts";

/** The `awsx` plugin of a rehearsal: started by the engine with the engine's address, prints its port and serves until it is ended. */
await main(
  {
    version: "3.9.0",
    // Arguments travel as outputs; the network's shape has to be known before its resources can be listed.
    construct: async (name, type, inputs, options) => {
      if (type !== "awsx:ec2:Vpc") {
        throw new Error(
          `The rehearsal's stand-in for awsx does not know ${type}: add it beside rehearsal/provider/awsx/vpc.ts.`,
        );
      }
      const known = await new Promise<typeof inputs>((resolve) => output(inputs).apply(resolve));
      const vpc = new Vpc(name, known, options);
      // The engine ends its plugins by a kill, which would leave nothing for the next start.
      flushCompileCache();
      return { urn: vpc.urn, state: vpc.outputs() };
    },
  },
  process.argv.slice(2),
);

// The SDK's server has every stack mapped to sources in another language, which there are none of; it writes down a stack for each promise.
Reflect.deleteProperty(Error, "prepareStackTrace");
