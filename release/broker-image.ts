import { appendLayer, type BaseImage, type BuiltImage } from "./image.ts";
import { layerOf } from "./layer.ts";
import type { BrokerSubjects } from "./manifest.ts";

/**
 * The broker's own image: an official nats image by digest and one layer with two files. What is baked in decides who may say what on
 * which subject; what is secret (keys, password hashes) comes at run time.
 *
 * The task definition hands the entrypoint four variables, all of them from Secrets Manager, and a writable memory file system on
 * `/run/nats`; the root file system may be read-only.
 */
export const brokerVariables = [
  "TLS_CERTIFICATE",
  "TLS_PRIVATE_KEY",
  "TLS_AUTHORITY",
  "BROKER_USERS",
] as const;

const configurationPath = "etc/nats/nats-server.conf";
const entrypointPath = "usr/local/bin/broker-entrypoint.sh";
const runtimeFolder = "/run/nats";
/** The image's `nobody`; the ports are above 1024 and nothing else needs a privilege. */
const unprivilegedUser = "65534:65534";

/** First part of the subjects on which a client gets its replies; the client sets it, the broker allows this one alone. */
export function inboxPrefix(user: string): string {
  return `_INBOX_${user}`;
}

/**
 * The server's configuration: mutual TLS, a user a component with its subjects, monitoring on the loopback address (it knows no
 * authentication), no user of the system account. Pure; the order of `subjects` does not matter.
 *
 * @param subjects - What each user may publish and subscribe to, from the release manifest.
 */
export function natsConfiguration(subjects: BrokerSubjects): string {
  const users = Object.entries(subjects).sort(([a], [b]) => (a < b ? -1 : 1));
  return `# Who may say what on the broker. Made by the deployer from the release manifest.
server_name: broker
listen: "0.0.0.0:4222"

# No authentication there, so for the container's own health check alone.
http: "127.0.0.1:8222"

tls {
  cert_file: "${runtimeFolder}/certificate.pem"
  key_file: "${runtimeFolder}/private-key.pem"
  ca_file: "${runtimeFolder}/authority.pem"
  # Every client presents a certificate of the vault's own authority.
  verify: true
  min_version: "1.3"
  timeout: 5
}

# Defines the variables password_<user> (bcrypt). The path is relative to this file.
include "../..${runtimeFolder}/users.conf"

authorization {
  timeout: 5
  # Nobody is a user of the system account, and what no list allows is denied.
  users: [
${users.map(([user, lists]) => userEntry(user, lists)).join("\n")}
  ]
}
`;
}

function userEntry(user: string, { publish, subscribe }: BrokerSubjects[string]): string {
  return `    {
      user: "${user}"
      password: $${passwordVariable(user)}
      permissions: {
        publish: ${list(publish)}
        subscribe: ${list([`${inboxPrefix(user)}.>`, ...subscribe])}
      }
    }`;
}

/** The server takes an empty list of allowed subjects for no limit at all; denying everything says what is meant. */
function list(subjects: readonly string[]): string {
  if (subjects.length === 0) return '{ deny: [">"] }';
  return `{ allow: [${[...subjects]
    .sort()
    .map((subject) => JSON.stringify(subject))
    .join(", ")}] }`;
}

function passwordVariable(user: string): string {
  return `password_${user.replaceAll("-", "_")}`;
}

/**
 * Content of the secret `broker.users`: the password hashes, as variables that the configuration refers to.
 *
 * @param hashes - bcrypt hash by user; has to name exactly the users of the release's subjects.
 * @throws TypeError for what is no bcrypt hash; the value is not repeated.
 */
export function brokerUsersFile(hashes: Readonly<Record<string, string>>): string {
  return Object.entries(hashes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([user, hash]) => {
      if (!/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash))
        throw new TypeError(`The password hash of ${user} is no bcrypt hash`);
      return `${passwordVariable(user)}: "${hash}"\n`;
    })
    .join("");
}

/** Writes what the variables hold to memory and becomes the server without them. */
export const entrypoint = `#!/bin/sh
# Turns the task's secrets into files in memory and starts the server without them in its environment.
set -eu
umask 077

write() {
  if [ -z "$2" ]; then
    echo "broker: the secret for ${runtimeFolder}/$1 is empty or missing" >&2
    exit 78
  fi
  printf '%s\\n' "$2" > "${runtimeFolder}/$1"
}

write certificate.pem "\${TLS_CERTIFICATE:-}"
write private-key.pem "\${TLS_PRIVATE_KEY:-}"
write authority.pem "\${TLS_AUTHORITY:-}"
write users.conf "\${BROKER_USERS:-}"
unset ${brokerVariables.join(" ")}

exec nats-server --config /${configurationPath}
`;

/**
 * Builds the broker's image upon a verified base. Pure: the same base and subjects give the same digest on every machine.
 */
export function brokerImage(base: BaseImage, subjects: BrokerSubjects): BuiltImage {
  const layer = layerOf([
    { path: configurationPath, content: natsConfiguration(subjects) },
    { path: entrypointPath, content: entrypoint, mode: 0o755 },
  ]);
  return appendLayer(base, layer, {
    Entrypoint: [`/${entrypointPath}`],
    Cmd: [],
    User: unprivilegedUser,
    Labels: { "org.opencontainers.image.title": "Institutional Vault message broker" },
  });
}
