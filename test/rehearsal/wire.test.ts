import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, answerTo, differences, recordingSchema } from "../../tools/moto/answers.ts";
import type { Call, Facts } from "../../tools/moto/call.ts";
import { calls } from "../../tools/moto/calls.ts";
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

test.each(calls)("$service, $name: the stand-in answers as moto does", async (call) => {
  expect(differences(recorded(call), await answerTo(call, wire.clients(accountA), facts))).toEqual([]);
});

test("every recorded answer is compared, and every reason to set something apart is given", () => {
  const compared = calls.map(({ service, name }) => `${service}, ${name}`);
  const answers = [...recordings].flatMap(([service, recording]) =>
    Object.keys(recording.answers).map((name) => `${service}, ${name}`),
  );
  expect(answers.sort()).toEqual([...new Set(compared)].sort());
  expect(calls.flatMap(({ apart }) => Object.values(apart)).filter((reason) => reason === "")).toEqual([]);
});

describe("a recording that was tampered with is noticed", () => {
  const answer: Answer = { status: 200, output: { Keys: [{ KeyId: "<uuid>", Enabled: true }] } };
  test.each<[string, Answer, string]>([
    ["a status", { ...answer, status: 201 }, "status: 201 recorded, 200 here"],
    ["an error", { ...answer, error: "NotFound" }, 'error: "NotFound" recorded, undefined here'],
    [
      "a value",
      { ...answer, output: { Keys: [{ KeyId: "<uuid>", Enabled: false }] } },
      "output.Keys[0].Enabled: false recorded, true here",
    ],
    [
      "a type",
      { ...answer, output: { Keys: [{ KeyId: "<uuid>", Enabled: "true" }] } },
      'output.Keys[0].Enabled: "true" recorded, true here',
    ],
    [
      "a member too many",
      { ...answer, output: { ...Object(answer.output), More: 1 } },
      "output.More: 1 recorded, undefined here",
    ],
    [
      "a member that is missing",
      { ...answer, output: { Keys: [{ KeyId: "<uuid>" }] } },
      "output.Keys[0].Enabled: undefined recorded, true here",
    ],
    ["a list's length", { ...answer, output: { Keys: [] } }, "output.Keys: 0 items recorded, 1 here"],
  ])("%s", (_what, tampered, difference) => {
    expect(differences(answer, answer)).toEqual([]);
    expect(differences(tampered, answer)).toEqual([difference]);
  });

  test("in the recordings themselves", async () => {
    const call = calls.find(({ name }) => name === "DescribeKey");
    if (call === undefined) throw new Error("There is no call DescribeKey.");
    const ours = await answerTo(call, wire.clients(accountA), facts);
    const text = JSON.stringify(recorded(call)).replace('"KeyState":"Enabled"', '"KeyState":"Disabled"');
    expect(differences(JSON.parse(text), ours)).toEqual([
      'output.KeyMetadata.KeyState: "Disabled" recorded, "Enabled" here',
    ]);
  });
});
