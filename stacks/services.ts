import { optionalServices } from "../spec/wallet-spec.ts";
import type { StackContext } from "./definition.ts";

/** The wallet and whichever optional services the specification places in this environment. */
export function servicesOf({ spec, deployment }: StackContext): string[] {
  return ["wallet", ...optionalServices(spec, deployment.environment)];
}
