import { prove } from "../../isolation/proof/prove.ts";
import { environments } from "../isolation/proof/environments.ts";

/** Times the proof: nine keys with eighty principals within five seconds, sixteen environments within sixteen times one. */
const rows = [
  { name: "1 environment", world: environments(1, 0) },
  { name: "9 keys, 80 principals", world: environments(3, 26) },
  { name: "4 environments", world: environments(4, 0) },
  { name: "16 environments", world: environments(16, 0) },
];

await prove(environments(1, 0)); // Loads Z3.
for (const { name, world } of rows) {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const startedAt = performance.now();
    await prove(world);
    times.push(performance.now() - startedAt);
  }
  process.stdout.write(`${name.padEnd(24)} ${Math.round(Math.min(...times))} ms\n`);
}
