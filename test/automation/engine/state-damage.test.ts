import { expect, it } from "vitest";
import { damageOf } from "../../../automation/engine/state-damage.ts";

const stack = "testnet.wallet";
const stateOf = (latest: object | null) => JSON.stringify({ version: 3, checkpoint: { latest } });
const sound = {
  manifest: { time: "2026-11-22T10:00:00Z" },
  secrets_providers: { type: "passphrase" },
  resources: [
    { urn: `urn:pulumi:${stack}::institutional-vault::pulumi:pulumi:Stack::institutional-vault-${stack}` },
  ],
};
const damage = (text: string, lastWritten?: string) => damageOf(text, stack, "passphrase", lastWritten);

it("a sound state has no damage, whether it is newer than the history or the same", () => {
  expect(damage(stateOf(sound))).toBeUndefined();
  expect(damage(stateOf(sound), "2026-11-22T10:00:00Z")).toBeUndefined();
  expect(damage(stateOf(sound), "2026-11-22T09:00:00Z")).toBeUndefined();
});

it("a stack that has never been updated has no damage", () => {
  expect(damage(stateOf(null))).toBeUndefined();
});

it.each(["", "  \n"])("an empty file is damaged", (text) => {
  expect(damage(text)).toEqual({ kind: "empty" });
});

it("a state that is cut off anywhere is damaged", () => {
  const whole = stateOf(sound);
  for (let length = 1; length < whole.length; length++) {
    expect(damage(whole.slice(0, length))).toEqual({ kind: "truncated" });
  }
});

it("another JSON document is no state", () => {
  expect(damage('{"version":3}')).toEqual({ kind: "truncated" });
});

it("another stack's state is told by its resources", () => {
  const other = {
    ...sound,
    resources: [{ urn: "urn:pulumi:testnet.nitro-nodes::institutional-vault::t::n" }],
  };
  expect(damage(stateOf(other))).toEqual({ kind: "other-stack", found: "testnet.nitro-nodes" });
});

it("an older version is told by the history", () => {
  expect(damage(stateOf(sound), "2026-11-22T10:00:01Z")).toMatchObject({ kind: "older" });
});

it("another secrets provider is told by its type", () => {
  const cloud = { ...sound, secrets_providers: { type: "cloud" } };
  expect(damage(stateOf(cloud))).toEqual({ kind: "secrets-provider", found: "cloud" });
});
