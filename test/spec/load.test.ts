import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { loadInputs } from "../../spec/load.ts";
import { validate } from "../../spec/validate.ts";
import { walletSpecSchema } from "../../spec/wallet-spec.ts";
import { parseYaml } from "../../spec/yaml-file.ts";
import { example, loadEdited, withExample } from "./folder.ts";

describe("the example's input files", () => {
  it("are sound", async () => {
    const { inputs, problems } = await loadInputs(example);
    expect(problems).toEqual([]);
    expect(inputs?.deployment.accounts.policyNode2.id).toBe("333333333333");
    const bytes = readFileSync(join(example, "bd-wallet.yaml"));
    expect(inputs?.walletSpec.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("hold a canary in every secret value, the public key excepted", () => {
    const secrets: Record<string, string> = parse(
      readFileSync(join(example, "customer-secrets.yml"), "utf8"),
    );
    const without = Object.entries(secrets).filter(([, value]) => !value.includes("canary-"));
    expect(without.map(([key]) => key)).toEqual(["ers_public_key"]);
  });
});

describe("a mistake in an input file", () => {
  it("comes with all others, of all files at once, whatever else is wrong in its file", async () => {
    const { problems } = await loadEdited([
      { file: "deployment.yaml", from: "exposure: public", to: "exposur: public" },
      { file: "deployment.yaml", from: 'id: "333333333333"', to: 'id: "222222222222"' },
      { file: "deployment.yaml", from: "us-east-2b]", to: "us-west-2b]" },
      { file: "bd-wallet.yaml", from: "platform: nats", to: "platform: rabbit" },
      { file: "bd-wallet.yaml", from: "username: node0", to: "username: node7" },
      { file: "bd-wallet.yaml", from: "name: oidc#ISSUER", to: "name: oidc" },
      { file: "bootstrap.yaml", from: 'MinAmount: "10000"', to: "MinAmount: 10000" },
      { file: "bootstrap.yaml", from: "Theo Treasury, group: treasury", to: "Theo Treasury, group: tresury" },
      { file: "customer-secrets.yml", from: "chainalysis-token: ", to: "# " },
      { file: "customer-secrets.yml", from: "ISSUER: https:", to: "ISSUER: http:" },
    ]);
    expect(problems.map(({ file, path }) => `${file} ${path}`).toSorted()).toEqual(
      [
        "deployment.yaml exposur",
        "deployment.yaml accounts.policyNode2.id",
        "deployment.yaml admins.policyNode2.principals[0]",
        "deployment.yaml sizes.zones[1]",
        "bd-wallet.yaml mpa.broker.platform",
        "bd-wallet.yaml mpa.broker.broker_clients.policyNode0.username",
        "bd-wallet.yaml mpa.oidc_config.issuer.name",
        "bootstrap.yaml policies.transfer.Policies[1].MinAmount",
        "bootstrap.yaml users[4].group",
        "customer-secrets.yml chainalysis-user",
        "customer-secrets.yml ISSUER",
      ].toSorted(),
    );
  });

  it("is a warning only for a secret that nobody's document says how to fill", async () => {
    const from = "    - service_name: coincap\n";
    const { inputs, problems } = await loadEdited([
      {
        file: "bd-wallet.yaml",
        from,
        to: `${from}      access_key: { name: rateservice-accesskey, type: awsSecret }\n`,
      },
    ]);
    expect(inputs).toBeDefined();
    expect(problems).toEqual([
      expect.objectContaining({ path: "mpa.rate_service[0].access_key.name", severity: "warning" }),
    ]);
  });

  it("in profile sandbox is a second account", async () => {
    const sandbox = { file: "deployment.yaml", from: "profile: production", to: "profile: sandbox" };
    const { problems } = await loadEdited([sandbox]);
    expect(problems.map(({ path }) => path)).toEqual(["accounts.policyNode1.id", "accounts.policyNode2.id"]);
    const one = ["222222222222", "333333333333"].map((id) => ({
      file: "deployment.yaml",
      from: `id: "${id}"`,
      to: 'id: "111111111111"',
    }));
    const admins = ["222222222222", "333333333333"].map((id) => ({
      file: "deployment.yaml",
      from: `arn:aws:iam::${id}:role`,
      to: "arn:aws:iam::111111111111:role",
    }));
    expect((await loadEdited([sandbox, ...one, ...admins])).problems).toEqual([]);
  });

  it("never repeats a secret, whatever is wrong around it", async () => {
    const text = readFileSync(join(example, "customer-secrets.yml"), "utf8");
    const places = fc.array(
      fc.record({
        at: fc.nat(text.length),
        insert: fc.constantFrom("\t", ": ", "\n", "'", '"', "[", "{", "*", "&", "!", "|", "- ", "%", "\0"),
      }),
      { minLength: 1, maxLength: 3 },
    );
    await withExample((folder) =>
      fc.assert(
        fc.asyncProperty(places, async (edits) => {
          const broken = edits.reduce(
            (whole, { at, insert }) => whole.slice(0, at) + insert + whole.slice(at),
            text,
          );
          writeFileSync(join(folder, "customer-secrets.yml"), broken);
          const { problems } = await loadInputs(folder);
          for (const { path, message, hint } of problems)
            expect(`${path} ${message} ${hint}`).not.toMatch(/canary/);
        }),
        { numRuns: process.env.IVAULT_FULL === "1" ? 3000 : 150 },
      ),
    );
  }, 180_000);

  it.each([
    ["an asterisk in front of it", "*"],
    ["an asterisk, and a list within itself", "&a [*a, "],
    ["a tag", "!"],
    ["a quote", "'"],
    ["it in the place of a key", "? "],
    ["a merge key in the place of its key", "\n<<: "],
  ])("does not repeat a secret with %s", async (_, before) => {
    await withExample(async (folder) => {
      const file = join(folder, "customer-secrets.yml");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("canary", `${before}canary`));
      const { problems } = await loadInputs(folder);
      expect(problems).not.toEqual([]);
      expect(JSON.stringify(problems)).not.toMatch(/canary/);
    });
  });
});

describe("the files' names", () => {
  it.each(["bd-wallet", "bootstrap"])("%s may end in .yml, but not be there twice", async (name) => {
    await withExample(async (folder) => {
      renameSync(join(folder, `${name}.yaml`), join(folder, `${name}.yml`));
      expect((await loadInputs(folder)).problems).toEqual([]);
      writeFileSync(join(folder, `${name}.yaml`), "{}\n");
      expect((await loadInputs(folder)).problems).toEqual([
        expect.objectContaining({
          file: `${name}.yml`,
          message: expect.stringMatching(/both there/),
          severity: "error",
        }),
      ]);
    });
  });

  it("a missing file is named; without customer-secrets.yml the others are enough", async () => {
    await withExample(async (folder) => {
      rmSync(join(folder, "customer-secrets.yml"));
      expect((await loadInputs(folder)).inputs).toMatchObject({ customerSecrets: undefined });
      rmSync(join(folder, "deployment.yaml"));
      rmSync(join(folder, "bootstrap.yaml"));
      const { problems } = await loadInputs(folder);
      expect(problems).toEqual([
        expect.objectContaining({
          file: "deployment.yaml",
          line: 1,
          column: 1,
          message: "the file is missing",
        }),
        expect.objectContaining({ file: "bootstrap.yaml", hint: expect.stringMatching(/bootstrap\.yml/) }),
      ]);
    });
  });

  it("an empty file is no block of keys", async () => {
    await withExample(async (folder) => {
      writeFileSync(join(folder, "bootstrap.yaml"), "");
      expect((await loadInputs(folder)).problems).toEqual([
        expect.objectContaining({
          file: "bootstrap.yaml",
          message: "found nothing; accepted: a block of keys",
        }),
      ]);
    });
  });
});

describe("a specification", () => {
  it("of any content is either accepted or answered with problems that have a place", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const file = parseYaml("bd-wallet.yaml", Buffer.from(stringify(value)), { quotable: false });
        const result = validate(file, walletSpecSchema, { quotable: false });
        const problems = "problems" in result ? result.problems : [];
        expect("content" in result).toBe(problems.length === 0);
        for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
    );
  });
});
