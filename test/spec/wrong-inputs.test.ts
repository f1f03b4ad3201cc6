import { expect, test } from "vitest";
import { loadEdited, placeAt, placeOf } from "./folder.ts";
import { wrongInputs } from "./wrong-inputs.ts";

const mark = "▸";

test("there are 120 wrong inputs at least, and each has a name of its own", () => {
  expect(wrongInputs.length).toBeGreaterThanOrEqual(120);
  const names = wrongInputs.map(({ name, file }) => `${file}: ${name}`);
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
});

test.each(wrongInputs)("$file: $name", async ({ file, edit: [from, marked], expects }) => {
  const { with: others = [], also = [], hint } = expects;
  const { inputs, problems, texts, start } = await loadEdited([
    ...others,
    { file, from, to: marked.replace(mark, "") },
  ]);
  const text = texts[file] ?? "";
  const place =
    expects.at === undefined ? placeAt(text, start + marked.indexOf(mark)) : placeOf(text, expects.at);
  expect(inputs).toBeUndefined();
  const errors = problems.filter(({ severity }) => severity === "error");
  const told = errors.filter(({ path, message }) => path === expects.path && expects.message.test(message));
  expect(told, JSON.stringify(errors, null, 1)).toEqual([
    expect.objectContaining({
      file,
      ...place,
      ...(hint !== undefined && { hint: expect.stringMatching(hint) }),
    }),
  ]);
  expect(errors.map(({ path }) => path).toSorted()).toEqual([expects.path, ...also].toSorted());
});
