import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, answerTo, differences, recordingSchema } from "../../tools/moto/answers.ts";
import { type Call, calls, type Facts } from "../../tools/moto/calls.ts";
import { accountA } from "./stand-in.ts";
import { openWire, type Wire } from "./wire-fixture.ts";
import { setUpStandIn } from "./wire-set-up.ts";

const folder = join(import.meta.dirname, "recordings");
const recordings = new Map(
  readdirSync(folder).map((file) => [
    file.replace(".json", ""),
    recordingSchema.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))),
  ]),
);

function recorded({ service, name }: Call): Answer {
  const answer = recordings.get(service)?.answers[name];
  if (answer === undefined) throw new Error(`No recording of ${service}: ${name}; run tools/moto/record.sh`);
  return answer;
}

let wire: Wire;
let facts: Facts;
beforeAll(async () => {
  wire = await openWire();
  facts = await setUpStandIn(wire);
});
afterAll(() => wire.close());

describe("the stand-in answers as moto does", () => {
  test.each(calls)("$service: $name", async (call) => {
    const ours = await answerTo(call, wire.clients(accountA), facts);
    expect(differences(recorded(call), ours, Object.keys(call.apart))).toEqual([]);
  });
});
