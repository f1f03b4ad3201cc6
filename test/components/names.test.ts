import fc from "fast-check";
import { expect, test } from "vitest";
import { boundedName } from "../../components/names.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,70}[a-z0-9]$/);

test("a name that fits is left as it is", () => {
  expect(boundedName("customer-testnet-wallet", 32)).toBe("customer-testnet-wallet");
});

test("a name that does not fit is cut at a word's end and stays recognizable", () => {
  expect(boundedName("a-very-long-namespace-of-a-bank-testnet-wallet", 32)).toMatch(
    /^a-very-long-namespace-o-[0-9a-f]{8}$/,
  );
});

test("names are within the limit, and different ones stay different", () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(boundedName(one, 32).length).toBeLessThanOrEqual(32);
      expect(boundedName(one, 32)).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
      if (one !== other) expect(boundedName(one, 32)).not.toBe(boundedName(other, 32));
    }),
  );
});
