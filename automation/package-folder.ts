import { findPackageJSON } from "node:module";
import { dirname } from "node:path";

const manifest = findPackageJSON(import.meta.url);
if (manifest === undefined) throw new Error(`No package.json lies above ${import.meta.filename}.`);

/** This package's folder, for the files in it that are no code: compiled, the code lies one folder deeper than in the repository. */
export const packageFolder = dirname(manifest);
