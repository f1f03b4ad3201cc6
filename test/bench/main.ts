import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { obtainEngine } from "../../automation/engine/engine.ts";
import { root } from "../house/sources.ts";
import { type Measured, measuredText, unmet } from "./page.ts";
import { proofTimes } from "./proof.ts";
import { measureGrowth, measureRound, type Round } from "./rounds.ts";

// Prints the measurements, and with --write puts them into docs/performance.md. Ends with exit code 1 when one of them is not accepted.

const page = join(root, "docs", "performance.md");
const measuredPart = /(?<=<!-- measured -->\n).*(?=<!-- end -->)/s;
const say = (line: string) => process.stderr.write(`${line}\n`);

const startedAt = performance.now();
const engine = await obtainEngine({ report: say });
const rounds: Round[] = [];
for (let round = 1; round <= 5; round++) {
  say(`round ${round} of 5, ${Math.round((performance.now() - startedAt) / 1000)} s so far`);
  rounds.push(await measureRound(engine));
}
say("growth");
const growth = { one: await measureGrowth(engine, 1), eight: await measureGrowth(engine, 8) };
const measured: Measured = { rounds, growth, proof: await proofTimes() };

const text = measuredText(measured, (performance.now() - startedAt) / 1000);
process.stdout.write(text);
if (process.argv.includes("--write")) {
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(measuredPart, () => text),
  );
}
const missed = unmet(measured);
for (const line of missed) say(line);
process.exitCode = missed.length === 0 ? 0 : 1;
