import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { nestedForm } from "../../rehearsal/protocols/query.ts";
import { xmlElement } from "../../rehearsal/protocols/xml.ts";

test.each([
  [
    "lists of the query protocol",
    "Tags.member.1.Key=a&Tags.member.2.Key=b",
    { Tags: [{ Key: "a" }, { Key: "b" }] },
  ],
  [
    "lists of EC2's flavour",
    "Filter.1.Name=n&Filter.1.Value.1=x&Filter.1.Value.2=y",
    { Filter: [{ Name: "n", Value: ["x", "y"] }] },
  ],
  [
    "more than nine items in their order",
    Array.from({ length: 11 }, (_, i) => `L.${i + 1}=${i}`)
      .reverse()
      .join("&"),
    { L: Array.from({ length: 11 }, (_, i) => `${i}`) },
  ],
  ["structures", "A.B.C=1&A.D=2", { A: { B: { C: "1" }, D: "2" } }],
])("a form gives %s", (_, form, nested) => {
  expect(nestedForm(new URLSearchParams(form))).toEqual(nested);
});

test("whatever text a member has, a reader of the XML gets it back", () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab<>&\"' ;#x"), minLength: 1 }), (text) => {
      expect(parser.parse(xmlElement("Name", text, () => "member"))).toEqual({ Name: text });
    }),
  );
});
