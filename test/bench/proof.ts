import { prove } from "../../isolation/proof/prove.ts";
import { environments } from "../isolation/proof/environments.ts";
import { median } from "./figures.ts";

const worlds = [
  { name: "1 environment", world: environments(1, 0) },
  { name: "9 keys, 80 principals", world: environments(3, 26) },
  { name: "4 environments", world: environments(4, 0) },
  { name: "8 environments", world: environments(8, 0) },
  { name: "16 environments", world: environments(16, 0) },
];

/** Milliseconds of the proof, by what is proven; medians of five. */
export async function proofTimes(): Promise<ReadonlyMap<string, number>> {
  await prove(environments(1, 0)); // Loads Z3.
  const medians = new Map<string, number>();
  for (const { name, world } of worlds) {
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      const startedAt = performance.now();
      await prove(world);
      times.push(performance.now() - startedAt);
    }
    medians.set(name, median(times));
  }
  return medians;
}
