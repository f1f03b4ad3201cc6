import { expect, test } from "vitest";
import { pcr3 } from "../../enclave/pcr.ts";

test("PCR3 is the published value for the role of the AWS guide's example", () => {
  expect(pcr3("arn:aws:iam::123456789012:role/Webserver")).toBe(
    "78fce75db17cd4e0a3fb8dad3ad128ca5e77edbb2b2c7f75329dccd99aa5f6ef4fc1f1a452e315b9e98f9e312e6921e6",
  );
});
