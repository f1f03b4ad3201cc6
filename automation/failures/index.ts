import { engineFailures } from "./engine.ts";
import type { KnownFailure } from "./known-failure.ts";
import { limitFailures } from "./limits.ts";
import { resourceFailures } from "./resources.ts";
import { rightsFailures } from "./rights.ts";

/** Every known failure; the first that fits is told. */
export const knownFailures: readonly KnownFailure[] = [
  ...rightsFailures,
  ...limitFailures,
  ...resourceFailures,
  ...engineFailures,
];
