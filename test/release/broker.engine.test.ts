import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CertificateUse,
  type Credential,
  newAuthority,
  newKeyPair,
  signCertificate,
} from "../../automation/values/certificates.ts";
import { inboxPrefix } from "../../release/broker-image.ts";
import { type Identity, type NatsClient, openClient, openTls } from "../support/nats-client.ts";
import { type BrokerUser, type DeployedBroker, deployBroker } from "./deployed-broker.ts";
import { type RunningBroker, startBroker } from "./running-broker.ts";

let folder: string;
let deployed: DeployedBroker;
let broker: RunningBroker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "broker-"));
  deployed = await deployBroker();
  broker = await startBroker(deployed.image, deployed.environment, folder);
});
afterAll(async () => {
  await broker.stop();
  await rm(folder, { recursive: true });
});

/** A client's side of TLS, which also checks that the broker has the name and the authority that clients are told. */
function identity(credential: Partial<Credential>, more: Identity = {}): Identity {
  return {
    ca: deployed.authority.certificate,
    servername: deployed.host,
    cert: credential.certificate,
    key: credential.privateKey,
    ...more,
  };
}

function userNamed(name: string): BrokerUser {
  const found = deployed.users.find(({ user }) => user === name);
  if (found === undefined) throw new Error(`no user ${name}`);
  return found;
}

async function enter(
  from: BrokerUser,
  credentials: { user?: string; pass?: string } = { user: from.user, pass: from.password },
): Promise<NatsClient> {
  return await openClient(broker.clientPort, identity(from), credentials);
}

/** Signs in as a user for the time of some work. */
async function as<T>(user: string, work: (client: NatsClient) => Promise<T>): Promise<T> {
  const client = await enter(userNamed(user));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

test("the server finds nothing wrong with the configuration", async () => {
  const { stderr } = await promisify(execFile)(broker.executable, ["-t", "-c", broker.configuration]);
  expect(stderr).toMatch(/configuration file .* is valid/);
  expect(broker.output()).not.toMatch(/\[(WRN|ERR|FTL)\]/);
});

describe("without a certificate of the vault's authority for clients", () => {
  const now = new Date();
  async function certified(authority: Credential, uses: CertificateUse[], at = now): Promise<Credential> {
    const { privateKey, publicKey } = await newKeyPair();
    const subject = { dnsName: "wallet.vault.internal", publicKey, uses };
    return { certificate: await signCertificate(authority, subject, at), privateKey };
  }
  /** What the server does instead of going on. */
  async function refusal(credential: Partial<Credential>, more: Identity = {}): Promise<string> {
    return await openTls(broker.clientPort, identity(credential, more)).then(text).catch(codeOf);
  }
  const codeOf = ({ code }: NodeJS.ErrnoException) => String(code);

  test("there is no connection", async () => {
    expect(await refusal({})).toMatch(/ALERT_CERTIFICATE_REQUIRED$/);
  });

  test("one of another authority, even of the same name, does not help", async () => {
    const { subject } = new X509Certificate(deployed.authority.certificate);
    for (const name of ["other", subject.replace("CN=", "")]) {
      const other = await newAuthority(name, now);
      expect(await refusal(await certified(other, ["client"]))).toMatch(/ALERT_UNKNOWN_CA$/);
    }
  });

  test("neither does one for servers alone, such as the broker's, nor one that has run out", async () => {
    const { TLS_CERTIFICATE, TLS_PRIVATE_KEY } = deployed.environment;
    expect(await refusal({ certificate: TLS_CERTIFICATE, privateKey: TLS_PRIVATE_KEY })).toMatch(
      /ALERT_BAD_CERTIFICATE$/,
    );
    const past = new Date(now.getTime() - 400 * 24 * 60 * 60 * 1000);
    expect(await refusal(await certified(deployed.authority, ["client"], past))).toMatch(
      /ALERT_CERTIFICATE_EXPIRED$/,
    );
  });

  test("a client of TLS 1.2 is refused whatever it shows", async () => {
    const options = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
    expect(await refusal(userNamed("wallet"), options)).toMatch(/ALERT_PROTOCOL_VERSION$/);
  });

  test("clear text is refused", async () => {
    const { user, password: pass } = userNamed("wallet");
    const socket = connect(broker.clientPort, "127.0.0.1");
    socket.write(`CONNECT ${JSON.stringify({ user, pass })}\r\nPING\r\n`);
    const said = await text(socket).catch(codeOf);
    expect(said).not.toContain("PONG");
  });
});

describe("a component", () => {
  test("signs in with its own user and password", async () => {
    expect(deployed.users.map(({ user }) => user)).toEqual(["wallet", "node0", "node1", "node2"]);
    for (const { user } of deployed.users) expect(await as(user, (client) => client.say())).toEqual([]);
  });

  test("is refused with any other password, with none and as nobody", async () => {
    for (const [index, from] of deployed.users.entries()) {
      const { user, passwordHash } = from;
      const other = deployed.users.at(index - 1)?.password;
      for (const pass of [other, passwordHash, undefined])
        await expect(enter(from, { user, pass }), user).rejects.toThrow("Authorization Violation");
      await expect(enter(from, {})).rejects.toThrow("Authorization Violation");
    }
  });
});

describe("subjects", () => {
  /** Subjects that every user tries: each that somebody may use, in words, and some that nobody may. */
  function tried(): string[] {
    const patterns = Object.values(deployed.subjects).flatMap(({ publish, subscribe }) => [
      ...publish,
      ...subscribe,
    ]);
    const used = patterns.map((pattern) => pattern.replace("*", "1").replace(/>$/, "some.thing"));
    const inboxes = deployed.users.map(({ user }) => `${inboxPrefix(user)}.reply`);
    const foreign = [
      "mpa",
      "mpa.vault",
      "other.subject",
      "_INBOX.reply",
      "$SYS.REQ.SERVER.PING",
      "$JS.API.INFO",
    ];
    return [...new Set([...used, ...inboxes, ...foreign])];
  }
  const wide = [
    ">",
    "*",
    "*.>",
    "mpa.>",
    "mpa.vault.*.>",
    "mpa.vault.node.*.in",
    "mpa.vault.node.>",
    "_INBOX_*.>",
    "$SYS.>",
  ];

  const violation = (what: string, subject: string) =>
    `-ERR 'Permissions Violation for ${what} "${subject}"'`;

  test("can be published on by those whose list names them, and by nobody else", async () => {
    for (const { user } of deployed.users) {
      const allowed = deployed.subjects[user]?.publish ?? [];
      const refused = tried().filter((subject) => !allowed.some((pattern) => covers(pattern, subject)));
      const said = await as(user, (client) =>
        client.say(...tried().flatMap((subject) => [`PUB ${subject} 2`, "hi"])),
      );
      expect(said, user).toEqual(refused.map((subject) => violation("Publish to", subject)));
    }
  });

  test("can be subscribed to likewise, an inbox by its owner alone", async () => {
    for (const { user } of deployed.users) {
      const allowed = [...(deployed.subjects[user]?.subscribe ?? []), `${inboxPrefix(user)}.>`];
      const inboxes = deployed.users.map((other) => `${inboxPrefix(other.user)}.>`);
      const asked = [...tried(), ...wide, ...inboxes];
      const refused = asked.filter((subject) => !allowed.some((pattern) => covers(pattern, subject)));
      const said = await as(user, (client) =>
        client.say(...asked.map((subject, index) => `SUB ${subject} ${index}`)),
      );
      expect(said, user).toEqual(refused.map((subject) => violation("Subscription to", subject)));
      expect(asked.length - refused.length).toBeGreaterThanOrEqual(allowed.length);
    }
  });

  test("as a member of a group nobody gets further", async () => {
    const said = await as("node1", (client) => client.say(`SUB ${inboxPrefix("node0")}.> group 1`));
    expect(said).toEqual([expect.stringContaining("Permissions Violation")]);
  });

  test("carry a message to whoever may hear it", async () => {
    await as("node0", (node0) =>
      as("node1", (node1) =>
        as("wallet", async (wallet) => {
          const [subject, reply] = ["mpa.vault.request.sign", `${inboxPrefix("wallet")}.1`];
          await node0.say(`SUB ${subject} 1`);
          expect(await wallet.say("SUB mpa.vault.result.> 1", `PUB ${subject} ${reply} 2`, "hi")).toEqual([]);
          expect(await node0.say()).toEqual([`MSG ${subject} 1 ${reply} 2`, "hi"]);
          expect(await node1.say("SUB mpa.vault.node.1.> 1")).toEqual([]);
          expect(
            await node0.say("PUB mpa.vault.node.1.in 2", "yo", "PUB mpa.vault.result.7 2", "ok"),
          ).toEqual([]);
          expect(await node1.say()).toEqual(["MSG mpa.vault.node.1.in 1 2", "yo"]);
          expect(await wallet.say()).toEqual(["MSG mpa.vault.result.7 1 2", "ok"]);
        }),
      ),
    );
  });
});

test("its health is told on the loopback address and nowhere else", async () => {
  const health = await fetch(`http://127.0.0.1:${broker.monitoringPort}/healthz`);
  expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  for (const { address } of addresses.filter((one) => one.address !== "127.0.0.1" && !one.scopeid)) {
    const socket = connect(broker.monitoringPort, address);
    await expect(once(socket, "connect"), address).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  }
});

test("it stops when the task is stopped", async () => {
  const client = await enter(userNamed("wallet"));
  const { exitCode, output } = await broker.stop();
  await expect(client.say()).rejects.toThrow("hung up");
  expect([exitCode, output.split("\n").at(-2)]).toEqual([0, expect.stringContaining("Server Exiting")]);
});

/** Whether a pattern allows everything that another, or a subject, stands for. */
function covers(pattern: string, asked: string): boolean {
  const [allowed, wanted] = [pattern.split("."), asked.split(".")];
  if (allowed.at(-1) === ">")
    return wanted.length >= allowed.length && allowed.slice(0, -1).every(matchesIn(wanted));
  return wanted.length === allowed.length && wanted.at(-1) !== ">" && allowed.every(matchesIn(wanted));
}

function matchesIn(wanted: readonly string[]) {
  return (token: string, index: number) => token === "*" || token === wanted[index];
}
