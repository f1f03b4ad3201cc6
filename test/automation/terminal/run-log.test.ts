import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Cloud } from "../../../automation/cloud.ts";
import { readInputs } from "../../../automation/inputs.ts";
import { installationOn } from "../../../automation/installation.ts";
import { redacted } from "../../../automation/terminal/redact.ts";
import { openRunLog } from "../../../automation/terminal/run-log.ts";

const inputs = await readInputs(join(import.meta.dirname, "..", "..", "..", "examples", "institution"));
const run = { command: "deploy", given: "ivault deploy", roles: ["infrastructure-admin"] as const };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ivault-log-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A log opened at this second of a minute. */
function logAt(second: number) {
  const now = () => new Date(Date.UTC(2026, 10, 22, 12, 0, second));
  return openRunLog(installationOn({ real: false, now } as Cloud, inputs, folder), run);
}

describe("the log of a run", () => {
  it("says what ran, with which versions, for which accounts, and is for its user's eyes alone", () => {
    const { file } = logAt(7);
    expect(file).toBe(join(folder, "logs", "2026-11-22T12-00-07-000Z-deploy.jsonl"));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      type: "started",
      command: "ivault deploy",
      environment: "testnet",
      accounts: { infrastructure: "111111111111" },
      roles: ["infrastructure-admin"],
      versions: { engine: "3.259.0" },
    });
  });

  it("holds none of the customer's secrets and none of this process's, wherever an error brought them", () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "canary-of-the-process-0451");
    const values = Object.entries(inputs.customerSecrets?.content ?? {})
      .filter(([name]) => name !== "ers_public_key")
      .map(([, value]) => String(value));
    expect(values.length).toBeGreaterThan(5);
    const { file, write } = logAt(1);
    for (const value of [...values, "canary-of-the-process-0451"]) {
      const message = `creating secret: InvalidRequest: {"value":"${value}"}`;
      const resources = [{ urn: "urn", type: "type", name: "name", message }];
      write({ type: "failure", at: "", error: { code: "engine-failed", message, hint: message, resources } });
      write({ type: "step-progress", step: "secrets-wallet", at: "", line: value });
    }
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("canary");
    for (const value of values) expect(text).not.toContain(value);
    expect(text).toContain("InvalidRequest");
  });

  it("is kept with the nineteen before it", () => {
    for (let second = 0; second < 25; second += 1) logAt(second);
    const left = readdirSync(join(folder, "logs")).sort();
    expect(left).toHaveLength(20);
    expect(left[0]).toContain("12-00-05");
  });
});

describe("taking secrets out of a text", () => {
  it("removes a known secret wherever it stands, in whatever it stands", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=_-]{6,40}$/);
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1 }), fc.string(), fc.string(), (secrets, before, after) => {
        const value = { list: secrets.map((one) => ({ text: `${before}${one}${after}` })) };
        const text = redacted(value, secrets).list.map((one) => one.text);
        for (const one of secrets) {
          // What a mark or its surroundings happen to spell is no secret that was left.
          if ("[removed]".includes(one) || before.includes(one) || after.includes(one)) continue;
          expect(text.every((line) => !line.replaceAll("[removed]", "\0").includes(one))).toBe(true);
        }
      }),
    );
  });

  it.each([
    "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI\n-----END EC PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM",
    "ASIAQWERTYUIOPASDFGH",
    `IQoJb3JpZ2luX2Vj${"A".repeat(60)}`,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP",
    "Authorization: Bearer abcdefghijklmnop",
    "https://bucket.s3.amazonaws.com/a?X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe",
  ])("removes what has the shape of one: %s", (text) => {
    const left = redacted(`before ${text} after`, []);
    expect(left).toContain("[removed]");
    expect(left).toContain("before");
    for (const word of text.split(/[\s=]/).filter(({ length }) => length > 30))
      expect(left).not.toContain(word);
  });

  it("leaves names, ARNs and digests as they are", () => {
    const text = `arn:aws:kms:us-east-2:111111111111:key/1b7a, sha256:${"a".repeat(64)}, urn:pulumi:testnet.wallet`;
    expect(redacted(text, [])).toBe(text);
  });
});
