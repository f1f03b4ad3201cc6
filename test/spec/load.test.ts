import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { loadInputs } from "../../spec/load.ts";
import { walletSpecSchema } from "../../spec/wallet-spec.ts";
import { parseYaml, validate } from "../../spec/yaml-file.ts";
import { example, loadEdited, placeOf, withExample } from "./folder.ts";

/** An edit of the example and the one problem that follows: where a marker stands in the edited text, and in which words. */
interface Mistake {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly marker: string;
  readonly message: RegExp;
}

const mistake = (
  what: string,
  file: string,
  [from, to]: [string, string],
  [path, marker]: [string, string],
  message: RegExp,
): Mistake => ({
  what,
  file,
  from,
  to,
  path,
  marker,
  message,
});

const byTheirSchema: Mistake[] = [
  mistake(
    "an unknown key",
    "deployment.yaml",
    ["exposure: public", "exposur: public"],
    ["exposur", "exposur: public"],
    /^unknown key "exposur"$/,
  ),
  mistake(
    "an unknown key inside",
    "bd-wallet.yaml",
    ["    pla", "    plat: x\n    pla"],
    ["mpa.broker.plat", "plat: x"],
    /^unknown key$/,
  ),
  mistake(
    "a missing key",
    "deployment.yaml",
    ["region: us-east-2\n", ""],
    ["region", "# deployment.yaml"],
    /region is missing; accepted: text/,
  ),
  mistake(
    "a missing key inside",
    "deployment.yaml",
    ["    name: Ben Keyes\n", ""],
    ["admins.policyNode1.name", "policyNode1:\n    principals"],
    /name is missing/,
  ),
  mistake(
    "an unquoted account id",
    "deployment.yaml",
    ['id: "111111111111"', "id: 111111111111"],
    ["accounts.infrastructure.id", "111111111111\n    profile"],
    /found 111111111111; accepted: text/,
  ),
  mistake(
    "a word out of a list",
    "deployment.yaml",
    ["profile: production", "profile: prod"],
    ["profile", "prod\n"],
    /found "prod"; accepted: "production", "sandbox"/,
  ),
  mistake(
    "a digest cut short",
    "deployment.yaml",
    ["digest: sha256:", "digest: sha256:x"],
    ["release.deployer.digest", "sha256:x"],
    /accepted: sha256: and 64/,
  ),
  mistake(
    "one custodian",
    "deployment.yaml",
    ["  - name: Emil Vault\n", ""],
    ["custodians", "custodians:"],
    /found a list; accepted: at least 2 entries/,
  ),
  mistake(
    "a reference without type",
    "bd-wallet.yaml",
    ["audience: { name: oidc#AUDIENCE, type: awsSecret }", "audience: { name: oidc#AUDIENCE }"],
    ["mpa.oidc_config.audience.type", "audience: {"],
    /type is missing/,
  ),
  mistake(
    "a reference with a space",
    "bd-wallet.yaml",
    ["name: oidc#ISSUER,", 'name: "oidc# ISSUER",'],
    ["mpa.oidc_config.issuer.name", '"oidc# ISSUER"'],
    /found other text; accepted: a secret's name/,
  ),
  mistake(
    "a value where a reference belongs",
    "bd-wallet.yaml",
    ["password: { name: wallet.db-info#DB_PASSWORD, type: awsSecret }", "password: typed-by-mistake"],
    ["mpa.database.creds.wallet.password", "typed-by-mistake"],
    /^found other text; accepted: a block of keys$/,
  ),
  mistake(
    "a master password that needs no enclave",
    "bd-wallet.yaml",
    ["enclaveSecret }", "awsSecret\n        }"],
    ["mpa.database.creds.policyNode0.encryptor_master_password.type", "awsSecret\n        }"],
    /accepted: "enclaveSecret"/,
  ),
  mistake(
    "a fourth node",
    "bd-wallet.yaml",
    ['      "0":', '      "3": {}\n      "0":'],
    ["mpa.policy_nodes.nodes.3", '"3": {}'],
    /unknown key/,
  ),
  mistake(
    "an amount without quotes",
    "bootstrap.yaml",
    ['MinAmount: "10000"', "MinAmount: 10000"],
    ["policies.transfer.Policies[1].MinAmount", "10000\n"],
    /found 10000; accepted: text/,
  ),
  mistake(
    "an approver rule of no kind",
    "bootstrap.yaml",
    ["{ Op: block }", "{ Op: maybe }"],
    ['policies["update policy set"].Policies[1].ApproverExpression.Op', "maybe"],
    /accepted: "allow", "block"/,
  ),
  mistake(
    "one half of a pair",
    "customer-secrets.yml",
    [
      /chainalysis-token: .*\n/.exec(readFileSync(join(example, "customer-secrets.yml"), "utf8"))?.[0] ?? "",
      "",
    ],
    ["chainalysis-user", "canary-chainalysis-user"],
    /together, or neither/,
  ),
  mistake(
    "a PEM header",
    "customer-secrets.yml",
    ["ers_public_key: ", "ers_public_key: -----BEGIN"],
    ["ers_public_key", "-----BEGIN"],
    /^found other text; accepted: base64 on one line/,
  ),
  mistake(
    "an empty secret",
    "customer-secrets.yml",
    ["AUDIENCE: ", "AUDIENCE: # "],
    ["AUDIENCE", "AUDIENCE: #"],
    /found nothing; accepted: text/,
  ),
  mistake(
    "a key given twice",
    "deployment.yaml",
    ["region: us-east-2\n", "region: us-east-2\nregion: us-east-1\n"],
    ["", "region: us-east-1"],
    /not valid YAML/,
  ),
];

const together: Mistake[] = [
  mistake(
    "an environment that the specification lacks",
    "deployment.yaml",
    ["environment: testnet", "environment: stage"],
    ["environment", "stage"],
    /found stage; accepted: .*testnet, mainnet/,
  ),
  mistake(
    "one account for two shards",
    "deployment.yaml",
    ['id: "333333333333"', 'id: "222222222222"'],
    ["accounts.policyNode2.id", '"222222222222"\n    profile: vault-policy-node2'],
    /policyNode1's account too/,
  ),
  mistake(
    "a custodian who administers",
    "deployment.yaml",
    ["- name: Dora Safe", "- name: ben keyes"],
    ["custodians[0].name", "ben keyes"],
    /also admins\.policyNode1/,
  ),
  mistake(
    "a custodian named twice",
    "deployment.yaml",
    ["- name: Emil Vault", "- name: dora safe "],
    ["custodians[1].name", "dora safe"],
    /named twice/,
  ),
  mistake(
    "a zone of another Region",
    "deployment.yaml",
    ["us-east-2b]", "us-west-2b]"],
    ["sizes.zones[1]", "us-west-2b"],
    /zones of us-east-2/,
  ),
  mistake(
    "a missing image",
    "deployment.yaml",
    ["    bootstrap:\n", "    approval:\n"],
    ["release.images.bootstrap", "images:"],
    /bootstrap is missing/,
  ),
  mistake(
    "a size for no service",
    "deployment.yaml",
    ["    wallet: { count", "    walet: { count"],
    ["sizes.services.walet", "walet: {"],
    /unknown service walet/,
  ),
  mistake(
    "another account than the deployment's",
    "bd-wallet.yaml",
    ['account_id: "111111111111"', 'account_id: "444444444444"'],
    ["environments[0].account_id", '"444444444444"'],
    /deployment\.yaml, which says 111111111111/,
  ),
  mistake(
    "a component without a place at the broker",
    "bd-wallet.yaml",
    ["      wallet:\n        client_id", "      facade:\n        client_id"],
    ["mpa.broker.broker_clients.wallet", "broker_clients:"],
    /wallet is missing/,
  ),
  mistake(
    "a user whom the broker does not know",
    "bd-wallet.yaml",
    ["username: node0", "username: node7"],
    ["mpa.broker.broker_clients.policyNode0.username", "node7"],
    /accepted: node0/,
  ),
  mistake(
    "a missing node",
    "bd-wallet.yaml",
    ["policyNode1, policyNode2]", "policyNode1]"],
    ["environments[0].components", "components: [wallet, policyNode0, policyNode1]"],
    /at least wallet, policyNode0/,
  ),
  mistake(
    "an unknown secret",
    "bd-wallet.yaml",
    ["name: ers-public-key", "name: ers_public_key"],
    ["mpa.policy_nodes.ers_public_key.name", "ers_public_key, type"],
    /does not fill/,
  ),
  mistake(
    "a set of values without a key",
    "bd-wallet.yaml",
    ["name: oidc#ISSUER", "name: oidc"],
    ["mpa.oidc_config.issuer.name", "oidc, type"],
    /oidc#ISSUER/,
  ),
  mistake(
    "a key that the secret does not have",
    "bd-wallet.yaml",
    ["wallet.db-info#USERNAME", "wallet.db-info#USER"],
    ["mpa.database.creds.wallet.username.name", "wallet.db-info#USER,"],
    /wallet\.db-info#USERNAME/,
  ),
  mistake(
    "a key of a single value",
    "bd-wallet.yaml",
    ["name: ubiquity_auth_token", "name: ubiquity_auth_token#TOKEN"],
    ["mpa.blockchains.btctest.service.auth_token.name", "ubiquity_auth_token#TOKEN"],
    /single value/,
  ),
  mistake(
    "a user of no group",
    "bootstrap.yaml",
    ["Theo Treasury, group: treasury", "Theo Treasury, group: tresury"],
    ["users[4].group", "tresury"],
    /unknown group "tresury"; accepted: owner, treasury/,
  ),
  mistake(
    "approvers of no group",
    "bootstrap.yaml",
    ["Groups: [treasury]", "Groups: [nobody]"],
    ["policies.transfer.Policies[0].ApproverExpression.Groups[0]", "nobody"],
    /unknown group/,
  ),
];

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
  it.each([...byTheirSchema, ...together])(
    "$file: $what is named with its place",
    async ({ file, from, to, path, marker, message }) => {
      const { inputs, problems, texts } = await loadEdited([{ file, from, to }]);
      expect(inputs).toBeUndefined();
      const found = problems.filter((problem) => problem.path === path);
      expect(found, JSON.stringify(problems)).toEqual([
        expect.objectContaining({
          file,
          ...placeOf(texts[file] ?? "", marker),
          message: expect.stringMatching(message),
          severity: "error",
        }),
      ]);
    },
  );

  it("comes with all others, of all files at once", async () => {
    const edits = [
      "an unknown key",
      "an amount without quotes",
      "one half of a pair",
      "a reference without type",
      "one custodian",
    ].map((what) => {
      const found = byTheirSchema.find((one) => one.what === what);
      if (found === undefined) throw new Error(`No mistake is called "${what}"`);
      return found;
    });
    const { problems } = await loadEdited(edits);
    expect(new Set(problems.map(({ path }) => path))).toEqual(new Set(edits.map(({ path }) => path)));
  });

  it("tells how to keep an account id's leading zero", async () => {
    const { problems } = await loadEdited([
      { file: "deployment.yaml", from: '"222222222222"', to: "012345678901" },
    ]);
    expect(problems).toEqual([expect.objectContaining({ hint: expect.stringMatching(/quotes/) })]);
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
    expect((await loadEdited([sandbox, ...one])).problems).toEqual([]);
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
          for (const { message, hint } of problems) expect(`${message} ${hint}`).not.toMatch(/canary/);
        }),
        { numRuns: 150 },
      ),
    );
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
        const file = parseYaml("bd-wallet.yaml", stringify(value), { quotable: false });
        const result = validate(file, walletSpecSchema, { quotable: false });
        const problems = "problems" in result ? result.problems : [];
        expect("content" in result).toBe(problems.length === 0);
        for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
    );
  });
});
