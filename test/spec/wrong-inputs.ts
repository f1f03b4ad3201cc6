import type { Edit } from "./folder.ts";

/** An edit of the example institution's files and the one error that follows. */
export interface WrongInput {
  readonly name: string;
  readonly file: string;
  /** The first `from` becomes `to`. In `to`, ▸ stands before the place that the problem has to name; it is not written. */
  readonly edit: readonly [from: string, to: string];
  readonly expects: {
    /** Where `to` cannot show it: what stands at the place, in the edited text of `file`. */
    readonly at?: string;
    /** The file that has to be mended, if it is another one. */
    readonly file?: string;
    readonly path: string;
    readonly message: RegExp;
    readonly hint?: RegExp;
    /** Other edits that the mistake needs, and other errors that it brings, by path. */
    readonly with?: readonly Edit[];
    readonly also?: readonly string[];
  };
}

type Expected = WrongInput["expects"];
type Row = readonly [
  name: string,
  edit: WrongInput["edit"],
  path: string,
  message: RegExp,
  rest?: Partial<Expected> | RegExp,
];

/** Rows of one file; a bare pattern at the end is the hint's. */
function of(file: string, rows: readonly Row[]): WrongInput[] {
  return rows.map(([name, edit, path, message, rest]) => ({
    name,
    file,
    edit,
    expects: { path, message, ...(rest instanceof RegExp ? { hint: rest } : rest) },
  }));
}

const deployment = of("deployment.yaml", [
  // Keys and kinds.
  [
    "a typo in a key",
    ["exposure: public", "▸exposur: public"],
    "exposur",
    /^unknown key "exposur"; accepted: version, .*exposure/,
    /did you mean "exposure"/,
  ],
  [
    "a typo in a key that is needed",
    ["region: us-east-2\n\ndns", "▸regoin: us-east-2\n\ndns"],
    "regoin",
    /unknown key "regoin"/,
    /did you mean "region"/,
  ],
  [
    "a key in another spelling",
    ["  parentZone:", "  ▸parent_zone:"],
    "dns.parent_zone",
    /unknown key/,
    /did you mean "parentZone"/,
  ],
  [
    "a key in another case",
    ["profile: production", "▸Profile: production"],
    "Profile",
    /unknown key "Profile"/,
    /did you mean "profile"/,
  ],
  [
    "a key that nothing is like",
    ["version: 1\n", "version: 1\n▸colour: red\n"],
    "colour",
    /unknown key "colour"/,
    /mend its spelling or remove it/,
  ],
  [
    "a missing key",
    ["region: us-east-2\n\n", "\n"],
    "region",
    /^region is missing; accepted: text/,
    { at: "# deployment.yaml" },
  ],
  [
    "a missing key inside",
    ["    name: Ben Keyes\n", ""],
    "admins.policyNode1.name",
    /^name is missing/,
    { at: "policyNode1:\n    principals" },
  ],
  [
    "an empty value",
    ["  parentZone: bank.example", "  ▸parentZone:"],
    "dns.parentZone",
    /^found nothing; accepted: text/,
  ],
  [
    "a list where a block belongs",
    ["dns:\n", "▸dns: []\nx:\n"],
    "dns",
    /^found a list; accepted: a block of keys/,
    { also: ["x"] },
  ],
  [
    "a block where a list belongs",
    ["    principals: [arn:aws:iam::222222222222:role/vault-node-admin]", "    ▸principals: { role: vault }"],
    "admins.policyNode1.principals",
    /^found a block of keys; accepted: a list/,
  ],
  ["a version of another layout", ["version: 1\n", "version: ▸2\n"], "version", /^found 2; accepted: 1$/],
  [
    "a word out of a list",
    ["profile: production", "profile: ▸prodution"],
    "profile",
    /^found "prodution"; accepted: "production", "sandbox"/,
    /^write: profile: production$/,
  ],
  [
    "a truth in words",
    ["exposure: public", "exposure: ▸yes"],
    "exposure",
    /found "yes"; accepted: "public", "internal"/,
  ],
  // Accounts.
  [
    "an account id without quotes",
    ['id: "111111111111"', "id: ▸111111111111"],
    "accounts.infrastructure.id",
    /^found 111111111111 without quotes; accepted: text/,
    /^write: id: "111111111111"$/,
  ],
  [
    "an account id whose zero YAML drops",
    ['id: "222222222222"', "id: ▸012345678901"],
    "accounts.policyNode1.id",
    /^found 012345678901 without quotes/,
    /^write: id: "012345678901"$/,
  ],
  [
    "an account id whose zero is lost",
    ['id: "222222222222"', 'id: ▸"12345678901"'],
    "accounts.policyNode1.id",
    /twelve digits/,
    /"012345678901"/,
  ],
  [
    "an account id with hyphens",
    ['id: "222222222222"', 'id: ▸"2222-2222-2222"'],
    "accounts.policyNode1.id",
    /^found "2222-2222-2222"; accepted: twelve digits/,
  ],
  [
    "one account for two shards",
    ['id: "333333333333"', 'id: ▸"222222222222"'],
    "accounts.policyNode2.id",
    /policyNode1's account too; accepted in profile production: three different/,
    { also: ["admins.policyNode2.principals[0]"] },
  ],
  [
    "the vendor's account as one's own",
    ['id: "333333333333"', 'id: ▸"638663786504"'],
    "accounts.policyNode2.id",
    /the vendor's account/,
    { also: ["admins.policyNode2.principals[0]"] },
  ],
  [
    "an organization's id without its o-",
    ["organization: null", 'organization: { id: ▸a1b2c3, managementAccount: "999999999999" }'],
    "accounts.infrastructure.organization.id",
    /found "a1b2c3"; accepted: an organization's id/,
  ],
  [
    "a management account without quotes",
    ["organization: null", "organization: { id: o-a1b2c3, managementAccount: ▸099999999999 }"],
    "accounts.infrastructure.organization.managementAccount",
    /099999999999 without quotes/,
    /"099999999999"/,
  ],
  [
    "a state that lies on a disk",
    ["backend: s3://customer-testnet-state-222222222222?region=us-east-2", "backend: ▸file:///var/state"],
    "accounts.policyNode1.state.backend",
    /accepted: an s3:\/\/ address/,
  ],
  [
    "a state bucket for two accounts",
    [
      "backend: s3://customer-testnet-state-222222222222?region=us-east-2",
      "backend: ▸s3://customer-testnet-state-111111111111/node1",
    ],
    "accounts.policyNode1.state.backend",
    /keeps infrastructure's state too/,
  ],
  [
    "a state without a key of KMS",
    ["secretsProvider: awskms://alias", "secretsProvider: ▸passphrase://alias"],
    "accounts.infrastructure.state.secretsProvider",
    /accepted: an awskms:\/\/ address/,
  ],
  [
    "credentials in the file",
    ["    profile: vault-policy-node1", "    profile: ▸AKIAIOSFODNN7EXAMPLE"],
    "",
    /AWS access key; accepted: no AWS credentials/,
    /deactivate/,
  ],
  // Names.
  [
    "an environment in capitals",
    ["environment: testnet", "environment: ▸Testnet"],
    "environment",
    /found "Testnet"; accepted: a DNS label/,
  ],
  [
    "an environment with an underscore",
    ["environment: testnet", "environment: ▸test_net"],
    "environment",
    /accepted: a DNS label/,
  ],
  [
    "an environment that the specification lacks",
    ["environment: testnet", "environment: ▸testnte"],
    "environment",
    /^found testnte; accepted: an environment of bd-wallet.yaml, which has testnet, mainnet/,
    /write: environment: testnet/,
  ],
  [
    "two hyphens, which RDS does not take",
    ["namespace: customer", "namespace: ▸cust--omer"],
    "namespace",
    /single hyphens/,
  ],
  [
    "a namespace that AWS keeps for itself",
    ["namespace: customer", "namespace: ▸internal"],
    "namespace",
    /internal-/,
    { with: [{ file: "bd-wallet.yaml", from: "namespace: customer", to: "namespace: internal" }] },
  ],
  [
    "a namespace that makes a role's name too long",
    ["namespace: customer", "namespace: ▸customer-of-the-very-large-bank"],
    "namespace",
    /IAM role .* would have 66 characters, 2 too many; accepted: 64/,
    {
      with: [
        {
          file: "bd-wallet.yaml",
          from: "namespace: customer",
          to: "namespace: customer-of-the-very-large-bank",
        },
      ],
      hint: /shorten it by 2/,
      also: ["namespace"],
    },
  ],
  [
    "a domain too long for a certificate",
    ["parentZone: bank.example", `parentZone: ▸${"a".repeat(40)}.bank.example`],
    "dns.parentZone",
    /certificate's domain name .* would have 68 characters, 4 too many; accepted: 64/,
    { also: ["environments[0].hosted_zone"] },
  ],
  [
    "a domain with a final dot",
    ["parentZone: bank.example", "parentZone: ▸bank.example."],
    "dns.parentZone",
    /without a final dot/,
  ],
  [
    "a Region that is none",
    ["region: us-east-2\n\n", "region: ▸useast2\n\n"],
    "region",
    /found "useast2"; accepted: an AWS Region/,
  ],
  [
    "a Region of another partition",
    ["region: us-east-2\n\n", "region: ▸us-gov-west-1\n\n"],
    "region",
    /^found us-gov-west-1, which is of another partition of AWS; accepted: a Region of the partition aws/,
    { also: ["sizes.zones[0]", "sizes.zones[1]", "environments[0].region"] },
  ],
  // People.
  [
    "a custodian who administers",
    ["- name: Dora Safe", "- name: ▸ben keyes"],
    "custodians[0].name",
    /^ben keyes is also admins\.policyNode1/,
  ],
  [
    "a custodian named twice",
    ["- name: Emil Vault", "- name: ▸dora safe "],
    "custodians[1].name",
    /named twice/,
  ],
  [
    "one custodian",
    ["custodians:\n  - name: Dora Safe\n", "▸custodians:\n"],
    "custodians",
    /^found a list; accepted: at least 2 entries/,
  ],
  [
    "one person for two accounts",
    ["name: Cleo Locke", "name: ▸Ben Keyes"],
    "admins.policyNode2.name",
    /also admins\.policyNode1; accepted in profile production: three different people/,
  ],
  [
    "one principal for two accounts",
    [
      "principals: [arn:aws:iam::333333333333:role/vault-node-admin]",
      "principals: [arn:aws:iam::333333333333:role/vault-node-admin, ▸arn:aws:iam::222222222222:role/vault-node-admin]",
    ],
    "admins.policyNode2.principals[1]",
    /also a principal of admins\.policyNode1/,
  ],
  [
    "an admin without a principal in their account",
    [
      "principals: [arn:aws:iam::222222222222:role/vault-node-admin]",
      "principals: [▸arn:aws:iam::444444444444:role/vault-node-admin]",
    ],
    "admins.policyNode1.principals[0]",
    /Ben Keyes has no principal of account 222222222222/,
  ],
  [
    "the root user",
    [
      "principals: [arn:aws:iam::222222222222:role/vault-node-admin]",
      "principals: [▸arn:aws:iam::222222222222:root]",
    ],
    "admins.policyNode1.principals[0]",
    /the root user is never used/,
  ],
  [
    "a session instead of its role",
    [
      "principals: [arn:aws:iam::222222222222:role/vault-node-admin]",
      "principals: [▸arn:aws:sts::222222222222:assumed-role/vault-node-admin/ben]",
    ],
    "admins.policyNode1.principals[0]",
    /not of a session/,
    /write: arn:aws:iam::222222222222:role\/vault-node-admin/,
  ],
  [
    "a principal of another partition",
    [
      "principals: [arn:aws:iam::222222222222:role/vault-node-admin]",
      "principals: [▸arn:aws-cn:iam::222222222222:role/vault-node-admin]",
    ],
    "admins.policyNode1.principals[0]",
    /accepted: the ARN of an IAM role or user of the partition aws/,
  ],
  [
    "a principal that is no ARN",
    ["principals: [arn:aws:iam::222222222222:role/vault-node-admin]", "principals: [▸ben]"],
    "admins.policyNode1.principals[0]",
    /found "ben"; accepted: an ARN/,
  ],
  [
    "an approval by nobody",
    ["acceptedRisks: []", "acceptedRisks: [{ party: actor-b, reason: small, approvedBy: [▸Zoe Nobody] }]"],
    "acceptedRisks[0].approvedBy[0]",
    /Zoe Nobody administers no account.*accepted: Ada Admin, Ben Keyes, Cleo Locke/,
  ],
  [
    "a pipeline with a wildcard",
    [
      "auditors:\n",
      'ci:\n  - account: policyNode1\n    provider: token.actions.githubusercontent.com\n    subject: ▸"repo:bank/*"\n    owner: bank\nauditors:\n',
    ],
    "ci[0].subject",
    /one subject without wildcards/,
  ],
  [
    "a pipeline's provider with https",
    [
      "auditors:\n",
      'ci:\n  - account: policyNode1\n    provider: ▸https://token.actions.githubusercontent.com\n    subject: "repo:bank/vault"\n    owner: bank\nauditors:\n',
    ],
    "ci[0].provider",
    /without https/,
  ],
  // Release.
  [
    "a version without its last number",
    ["version: 2.4.0", "version: ▸2.4"],
    "release.version",
    /found 2.4 without quotes; accepted: text/,
  ],
  [
    "a digest cut short",
    ["digest: sha256:0cad", "digest: ▸sha256:cad"],
    "release.deployer.digest",
    /accepted: sha256: and 64/,
  ],
  [
    "a tag instead of a digest",
    ["digest: sha256:65d99971a81f9f564dfe1b3a641bdc203734e10b94bf6c7b03fd025b7fb46a91", "digest: ▸latest"],
    "release.images.wallet.digest",
    /found "latest"; accepted: sha256:/,
  ],
  [
    "a missing image",
    [
      "    bootstrap:\n      repository: blockdaemon/bootstrap\n",
      "    ▸bootstrip:\n      repository: blockdaemon/bootstrap\n",
    ],
    "release.images.bootstrip",
    /unknown component bootstrip/,
    /did you mean "bootstrap"/,
  ],
  [
    "an image of an optional service that the specification places",
    [
      "    approval-service:\n      repository: blockdaemon/approval-service\n      digest: sha256:5ec170e8c351d7caf2a2a056a0f0484e16387d9e89ae0696dc131066dda7fbf5\n",
      "",
    ],
    "release.images.approval-service",
    /approval-service is missing/,
    {
      at: "images:",
      with: [
        {
          file: "bd-wallet.yaml",
          from: "components: [wallet, ",
          to: "components: [approvalService, wallet, ",
        },
      ],
      also: ["mpa.broker.broker_clients.approvalService", "mpa.database.creds.approvalService"],
    },
  ],
  [
    "a measurement of zeros",
    [
      "      - c6124c517783393bef3093494226e0b50fcc82915cace038f9dab97fb87f5219bfc771f4be3f721252320044f7650b84",
      `      - ▸"${"0".repeat(96)}"`,
    ],
    "release.enclave.pcr0[0]",
    /debug mode/,
  ],
  [
    "a measurement in capitals",
    ["      - c6124c51", "      - ▸C6124C51"],
    "release.enclave.pcr0[0]",
    /96 lower-case hexadecimal/,
  ],
  [
    "three measurements",
    ["    pcr0:\n", `    ▸pcr0:\n      - ${"a".repeat(96)}\n      - ${"b".repeat(96)}\n`],
    "release.enclave.pcr0",
    /at most 2 entries/,
  ],
  // Sizes.
  [
    "a zone of another Region",
    ["us-east-2b]", "▸us-west-2b]"],
    "sizes.zones[1]",
    /found us-west-2b; accepted: availability zones of us-east-2/,
  ],
  [
    "more zones than the network has room for",
    [
      "  zones: [us-east-2a, us-east-2b]",
      "  ▸zones: [us-east-2a, us-east-2b, us-east-2c, us-east-2d, us-east-2e]",
    ],
    "sizes.zones",
    /at most 4 entries/,
  ],
  ["a zone named twice", ["us-east-2b]", "▸us-east-2a]"], "sizes.zones[1]", /named twice/],
  [
    "one zone",
    ["  zones: [us-east-2a, us-east-2b]", "  ▸zones: [us-east-2a]"],
    "sizes.zones",
    /at least 2 entries/,
  ],
  [
    "a network of another size",
    ["network: 10.64.0.0/16", "network: ▸10.64.0.0/24"],
    "sizes.network",
    /size \/16/,
  ],
  [
    "a network of public addresses",
    ["network: 10.64.0.0/16", "network: ▸8.8.0.0/16"],
    "sizes.network",
    /private IPv4/,
  ],
  [
    "a network of public addresses beside the private ones",
    ["network: 10.64.0.0/16", "network: ▸192.5.0.0/16"],
    "sizes.network",
    /private IPv4/,
  ],
  [
    "a class of another service",
    ["instanceClass: db.m6g.large", "instanceClass: ▸m6g.large"],
    "sizes.database.instanceClass",
    /db\.m6g\.large/,
  ],
  [
    "a number in quotes",
    ["storageGigabytes: 100", 'storageGigabytes: ▸"100"'],
    "sizes.database.storageGigabytes",
    /found "100"; accepted: a number/,
    /^write: storageGigabytes: 100$/,
  ],
  [
    "too little storage",
    ["storageGigabytes: 100", "storageGigabytes: ▸10"],
    "sizes.database.storageGigabytes",
    /at least 20/,
  ],
  [
    "a host too small for an enclave",
    ["instanceType: m6i.xlarge", "instanceType: ▸m6i.large"],
    "sizes.node.instanceType",
    /too small for an enclave/,
    /write: instanceType: m6i\.xlarge/,
  ],
  [
    "a host that runs no enclaves",
    ["instanceType: m6i.xlarge", "instanceType: ▸t3.xlarge"],
    "sizes.node.instanceType",
    /cannot run Nitro Enclaves/,
  ],
  [
    "a machine image's name instead of its id",
    ["imageId: ami-0a1b2c3d4e5f60718", "imageId: ▸al2023"],
    "sizes.node.imageId",
    /accepted: an AMI id/,
  ],
  [
    "a size for no service",
    ["    wallet: { count", "    ▸walet: { count"],
    "sizes.services.walet",
    /unknown service walet; accepted: wallet, broker/,
    /did you mean "wallet"/,
  ],
  [
    "processors that Fargate does not have",
    ["cpu: 1024,", "cpu: ▸1000,"],
    "sizes.services.wallet.cpu",
    /found 1000; accepted: 256, 512, 1024/,
  ],
  [
    "memory that does not go with the processors",
    ["memoryMebibytes: 2048", "memoryMebibytes: ▸1024"],
    "sizes.services.wallet.memoryMebibytes",
    /accepted with 1024 CPU units: 2048 to 8192/,
  ],
  [
    "half a service",
    ["count: 2,", "count: ▸1.5,"],
    "sizes.services.wallet.count",
    /found 1.5; accepted: a whole number/,
  ],
  [
    "no e-mail address",
    ["email: vault-alarms@bank.example", "email: ▸vault-alarms"],
    "alarms.email",
    /found "vault-alarms"/,
  ],
  [
    "a domain with a path",
    ["  - svc.blockdaemon.com", "  - ▸svc.blockdaemon.com/polkadot"],
    "allowedDomains[0]",
    /accepted: a domain name/,
  ],
  [
    "an identity provider that the network could not reach",
    [
      "allowedDomains:\n  - svc.blockdaemon.com\n  - okta.example",
      "▸allowedDomains:\n  - svc.blockdaemon.com\n  - okta.exam",
    ],
    "allowedDomains",
    /found svc.blockdaemon.com, okta.exam; accepted: a list in which the identity provider's domain is/,
    /add the domain of ISSUER/,
  ],
]);

const walletSpec = of("bd-wallet.yaml", [
  // Keys and kinds.
  [
    "a typo in a key",
    ["    platform: nats", "    ▸platfrom: nats"],
    "mpa.broker.platfrom",
    /unknown key "platfrom"/,
    /did you mean "platform"/,
  ],
  [
    "a component in another spelling",
    ["      policyNode0:\n        client_id", "      ▸policy-node0:\n        client_id"],
    "mpa.broker.broker_clients.policy-node0",
    /unknown key "policy-node0"/,
    { hint: /did you mean "policyNode0"/, also: ["mpa.broker.broker_clients.policyNode0"] },
  ],
  [
    "a fourth node",
    ['      "0":', '      ▸"3": {}\n      "0":'],
    "mpa.policy_nodes.nodes.3",
    /unknown key "3"; accepted: 0, 1, 2/,
  ],
  [
    "a node's number without quotes",
    ['      "1":', "      ▸1:"],
    "mpa.policy_nodes.nodes.1",
    /found 1 without quotes as a key; accepted: text/,
    /^write: "1":$/,
  ],
  [
    "a component that does not exist",
    ["components: [wallet, ", "components: [▸walet, "],
    "environments[0].components[0]",
    /accepted: "wallet", "orchestrator"/,
    /^write: wallet$|did you mean/,
  ],
  [
    "a truth in quotes",
    ["attestation: true", 'attestation: ▸"true"'],
    "mpa.policy_nodes.nodes.0.attestation",
    /accepted: true or false/,
    /^write: attestation: true$/,
  ],
  [
    "a truth as YAML 1.1 had it",
    ["testnet: true", "testnet: ▸yes"],
    "environments[0].testnet",
    /accepted: true or false/,
    /^write: testnet: true$/,
  ],
  [
    "a port that is none",
    ["server_port: 8080", "server_port: ▸80800"],
    "mpa.policy_nodes.server_port",
    /at most 65535/,
  ],
  [
    "another secret driver",
    ["secret_driver: awsSecret", "secret_driver: ▸vault"],
    "deployer.secret_driver",
    /accepted: "awsSecret"/,
  ],
  [
    "a duration without a unit",
    ["ttl: 43m", "ttl: ▸43"],
    "mpa.rate_service[0].ttl",
    /found a number without quotes; accepted: text/,
  ],
  // The environment, against deployment.yaml.
  [
    "an account id without quotes",
    ['account_id: "111111111111"', "account_id: ▸011111111111"],
    "environments[0].account_id",
    /without quotes; accepted: text/,
    /^write: account_id: "011111111111"$/,
  ],
  [
    "another account than the deployment's",
    ['account_id: "111111111111"', 'account_id: ▸"444444444444"'],
    "environments[0].account_id",
    /deployment\.yaml, which says 111111111111/,
  ],
  [
    "another Region than the deployment's",
    ["region: us-east-2", "region: ▸us-east-1"],
    "environments[0].region",
    /which says us-east-2/,
  ],
  [
    "another domain than the deployment's",
    ["hosted_zone: bank.example", "hosted_zone: ▸bank.test"],
    "environments[0].hosted_zone",
    /which says bank\.example/,
  ],
  [
    "another namespace than the deployment's",
    ["namespace: customer", "namespace: ▸costumer"],
    "deployer.namespace",
    /which says customer/,
  ],
  [
    "an environment described twice",
    ["  - name: mainnet", "  - name: ▸testnet"],
    "environments[1].name",
    /testnet is described twice/,
    { also: ["environments[1].testnet"] },
  ],
  [
    "a test network that says it is none",
    ["testnet: true", "testnet: ▸false"],
    "environments[0].testnet",
    /found false for the environment testnet; accepted: true/,
  ],
  [
    "a component placed twice",
    ["components: [wallet, ", "components: [wallet, ▸wallet, "],
    "environments[0].components[1]",
    /wallet is placed twice/,
  ],
  [
    "two names of one service",
    [
      "components: [wallet, policyNode0, policyNode1, policyNode2]\n\nmpa",
      "components: [facade, wallet, ▸orchestrator, policyNode0, policyNode1, policyNode2]\n\nmpa",
    ],
    "environments[1].components[2]",
    /placed twice \(facade is another name/,
  ],
  [
    "a missing node",
    [
      "    components: [wallet, policyNode0, policyNode1, policyNode2]",
      "    ▸components: [wallet, policyNode0, policyNode1]",
    ],
    "environments[0].components",
    /at least wallet, policyNode0/,
  ],
  // The broker and the databases.
  [
    "a client id used twice",
    ["client_id: c277cfc9-61bf-571d-a6d5-8d14ef6eec30", "client_id: ▸4A6964BD-7746-5f84-b6eb-db47f05fd525"],
    "mpa.broker.broker_clients.policyNode1.client_id",
    /is wallet's client_id too/,
  ],
  [
    "a client id that is no UUID",
    ["client_id: 4a6964bd-7746-5f84-b6eb-db47f05fd525", "client_id: ▸wallet-1"],
    "mpa.broker.broker_clients.wallet.client_id",
    /accepted: a UUID/,
  ],
  [
    "a user whom the broker does not know",
    ["username: node0", "username: ▸node7"],
    "mpa.broker.broker_clients.policyNode0.username",
    /accepted: node0/,
  ],
  [
    "a component without a place at the broker",
    ["      wallet:\n        client_id", "      facade:\n        client_id"],
    "mpa.broker.broker_clients.wallet",
    /wallet is missing/,
    { at: "broker_clients:", also: ["mpa.broker.broker_clients.facade.password.name"] },
  ],
  [
    "a component without a database",
    [
      "    creds:\n      wallet:\n        hostname: { name: wallet.db-info#DB_HOST, type: awsSecret }\n        username: { name: wallet.db-info#USERNAME, type: awsSecret }\n        password: { name: wallet.db-info#DB_PASSWORD, type: awsSecret }\n",
      "    ▸creds:\n",
    ],
    "mpa.database.creds.wallet",
    /wallet is missing; accepted: its hostname/,
  ],
  // References.
  [
    "a reference cut by a comment",
    [
      "audience: { name: oidc#AUDIENCE, type: awsSecret }",
      "audience:\n      name: ▸oidc # AUDIENCE\n      type: awsSecret",
    ],
    "mpa.oidc_config.audience.name",
    /oidc is a set of values; accepted: oidc#AUDIENCE/,
    /^write: name: oidc#AUDIENCE; no space before #/,
  ],
  [
    "a reference cut by a comment, in braces",
    ["name: oidc#AUDIENCE, type", "name: ▸oidc # AUDIENCE, type"],
    "",
    /a space before #/,
    /^write: name: oidc#AUDIENCE$/,
  ],
  [
    "a reference with a space before its key",
    [
      "password: { name: wallet.broker-info#PASSWORD, type: awsSecret }",
      "password:\n          name: ▸wallet.broker-info# PASSWORD # of the broker\n          type: awsSecret",
    ],
    "mpa.broker.broker_clients.wallet.password.name",
    /without spaces/,
    /^write: name: wallet\.broker-info#PASSWORD$/,
  ],
  [
    "the push key of the vendor's sample",
    [
      "  assets:\n",
      "  approval_service:\n    apple_key_id: ABCDEFGHIJ\n    apple_team_id: ABCDEFGHIJ\n    apple_push_key_string:\n      name: ▸approval-service.apple-push-key # AUTHKEY\n      type: awsSecret\n    bundle_id: com.blockdaemon.Advanced-MPC-Approver\n    count: 3\n    environment_id: customer{{ env `ENVIRON_SUFFIX` }}\n    min_version: v1.0.4\n    port: 9876\n    timeout: 5s\n  assets:\n",
    ],
    "mpa.approval_service.apple_push_key_string.name",
    /accepted: approval-service\.apple-push-key#AUTHKEY/,
    /^write: name: approval-service\.apple-push-key#AUTHKEY/,
  ],
  [
    "a reference without type",
    ["audience: { name: oidc#AUDIENCE, type: awsSecret }", "▸audience: { name: oidc#AUDIENCE }"],
    "mpa.oidc_config.audience.type",
    /type is missing; accepted: "awsSecret"/,
    /^write: type: awsSecret$/,
  ],
  [
    "a reference of another type",
    [
      "{ name: policy-node0.encryptor-master-password, type: enclaveSecret }",
      "{ name: policy-node0.encryptor-master-password, type: ▸awsSecret }",
    ],
    "mpa.database.creds.policyNode0.encryptor_master_password.type",
    /accepted: "enclaveSecret"/,
    /^write: type: enclaveSecret$/,
  ],
  [
    "a password where a reference belongs",
    ["password: { name: wallet.db-info#DB_PASSWORD, type: awsSecret }", "password: ▸typed-by-mistake"],
    "mpa.database.creds.wallet.password",
    /^found other text; accepted: a block of keys$/,
    /^write: password: \{ name: wallet\.db-info#DB_PASSWORD, type: awsSecret \}$/,
  ],
  [
    "an unknown secret",
    ["name: ers-public-key", "name: ▸ers_public_key"],
    "mpa.policy_nodes.ers_public_key.name",
    /does not fill/,
    /^write: name: ers-public-key$/,
  ],
  [
    "the identity provider's secret under its old name",
    ["name: oidc#ISSUER", "name: ▸auth0#ISSUER"],
    "mpa.oidc_config.issuer.name",
    /does not fill/,
    /^write: name: oidc#ISSUER$/,
  ],
  [
    "a set of values without a key",
    ["name: oidc#ISSUER", "name: ▸oidc"],
    "mpa.oidc_config.issuer.name",
    /oidc#ISSUER/,
  ],
  [
    "a key that the secret does not have",
    ["wallet.db-info#USERNAME", "▸wallet.db-info#USER"],
    "mpa.database.creds.wallet.username.name",
    /wallet\.db-info#USERNAME/,
  ],
  [
    "a key of a single value",
    ["name: ubiquity_auth_token", "name: ▸ubiquity_auth_token#TOKEN"],
    "mpa.blockchains.btctest.service.auth_token.name",
    /single value/,
    /^write: name: ubiquity_auth_token$/,
  ],
  [
    "another key than the one that belongs there",
    ["wallet.db-info#USERNAME", "▸wallet.db-info#DB_PASSWORD"],
    "mpa.database.creds.wallet.username.name",
    /accepted: wallet\.db-info#USERNAME/,
  ],
  [
    "another component's secret",
    ["name: policy-node1.db-info#DB_HOST", "name: ▸policy-node2.db-info#DB_HOST"],
    "mpa.database.creds.policyNode1.hostname.name",
    /another secret than the one that belongs here; accepted: policy-node1/,
  ],
  [
    "another node's private key",
    [
      "private_key: { name: policy-node2.node-private-key",
      "private_key: { name: ▸policy-node0.node-private-key",
    ],
    "mpa.policy_nodes.nodes.2.private_key.name",
    /accepted: policy-node2\.node-private-key/,
  ],
  [
    "a private key in the file",
    ["  features: []", "  features: [▸-----BEGIN EC PRIVATE KEY-----]"],
    "",
    /found a private key/,
  ],
  // Nodes, assets, mainnet.
  [
    "another node's address",
    ["address: policyNode1:9080", "address: ▸policyNode2:9080"],
    "mpa.policy_nodes.nodes.1.address",
    /the address of node 2/,
    /write: address: policyNode1:9080/,
  ],
  [
    "an address with another port",
    ["address: policyNode1:9080", "address: ▸policyNode1:9081"],
    "mpa.policy_nodes.nodes.1.address",
    /names port 9081, and port says 9080/,
  ],
  [
    "one port for two protocols",
    ["server_port: 8080", "server_port: ▸9080"],
    "mpa.policy_nodes.server_port",
    /which is rpc_port too/,
  ],
  [
    "a node without attestation",
    ["attestation: true", "attestation: ▸false"],
    "mpa.policy_nodes.nodes.0.attestation",
    /accepted in profile production: true/,
  ],
  [
    "a node without attestation on mainnet",
    ["attestation: true", "attestation: ▸false"],
    "mpa.policy_nodes.nodes.0.attestation",
    /accepted on mainnet: true/,
    { with: [{ file: "deployment.yaml", from: "environment: testnet", to: "environment: mainnet" }] },
  ],
  [
    "confirmations skipped on mainnet",
    ["skip_confirmations: false", "skip_confirmations: ▸true"],
    "mpa.skip_confirmations",
    /accepted on mainnet: false/,
    { with: [{ file: "deployment.yaml", from: "environment: testnet", to: "environment: mainnet" }] },
  ],
  [
    "a simulated chain on mainnet",
    ["ganache: false", "ganache: ▸true"],
    "mpa.ganache",
    /accepted on mainnet: false/,
    { with: [{ file: "deployment.yaml", from: "environment: testnet", to: "environment: mainnet" }] },
  ],
  [
    "an asset described twice",
    ["abbreviation: ETH", "abbreviation: ▸BTC"],
    "mpa.assets[1].abbreviation",
    /BTC is described twice/,
  ],
  [
    "a test network that says it is none, by its id",
    ["name: bd_ubiquity, test_network: true", "name: bd_ubiquity, test_network: ▸false"],
    "mpa.blockchains.btctest.service.test_network",
    /found false for btctest; accepted: true/,
  ],
  [
    "a rate service without its key",
    ["    - service_name: coincap", "    ▸- service_name: coinlayer"],
    "mpa.rate_service[0].access_key",
    /access_key is missing/,
    { at: "service_name: coinlayer" },
  ],
  [
    "a recovery key in PEM",
    [
      "ers_public_key: { name: ers-public-key, type: awsSecret }",
      'ers_public_key: ▸"-----BEGIN PUBLIC KEY-----"',
    ],
    "mpa.policy_nodes.ers_public_key",
    /PEM header/,
  ],
]);

const bootstrap = of("bootstrap.yaml", [
  [
    "a typo in a key",
    ["RequiredCount: 1 }", "▸RequiredCout: 1 }"],
    "policies.transfer.Policies[0].ApproverExpression.RequiredCout",
    /unknown key/,
    /did you mean "RequiredCount"/,
  ],
  [
    "a role that does not exist",
    ["role: MarketOps }", "role: ▸Marketops }"],
    "users[3].role",
    /accepted: "Admin", "MarketOps"/,
    /write: role: MarketOps/,
  ],
  [
    "a user of no group",
    ["Theo Treasury, group: treasury", "Theo Treasury, group: ▸tresury"],
    "users[4].group",
    /unknown group "tresury"; accepted: owner, treasury/,
    /did you mean treasury/,
  ],
  [
    "approvers of no group",
    ["Groups: [treasury]", "Groups: [▸nobody]"],
    "policies.transfer.Policies[0].ApproverExpression.Groups[0]",
    /unknown group "nobody"/,
  ],
  [
    "a trigger of no group",
    ["        DestinationType: internal", "        DestinationType: internal\n        TriggerGroup: ▸nobody"],
    "policies.transfer.Policies[0].TriggerGroup",
    /unknown group "nobody"/,
  ],
  [
    "a group defined twice",
    ["  - name: treasury", "  - name: ▸owner"],
    "groups[1].name",
    /owner is defined twice/,
    {
      also: [
        "users[3].group",
        "users[4].group",
        "policies.transfer.Policies[0].ApproverExpression.Groups[0]",
        "policies.transfer.Policies[2].ApproverExpression.Groups[1]",
      ],
    },
  ],
  [
    "a user named twice",
    ["user_id: theo@bank.example", "user_id: ▸Tara@bank.example"],
    "users[4].user_id",
    /is users\[3\] already/,
  ],
  [
    "a user without a name",
    ["user_id: theo@bank.example, name: Theo Treasury,", "user_id: theo@bank.example,"],
    "users[4].name",
    /name is missing/,
    { at: "{ user_id: theo" },
  ],
  [
    "more approvals than members",
    ["{ Groups: [treasury], RequiredCount: 1 }", "{ Groups: [treasury], RequiredCount: ▸3 }"],
    "policies.transfer.Policies[0].ApproverExpression.RequiredCount",
    /^found 3, and treasury is 2 together; accepted: at most 2/,
  ],
  [
    "no approvals",
    ["{ Groups: [treasury], RequiredCount: 1 }", "{ Groups: [treasury], RequiredCount: ▸0 }"],
    "policies.transfer.Policies[0].ApproverExpression.RequiredCount",
    /at least 1/,
  ],
  [
    "an amount without quotes",
    ['MinAmount: "10000"', "MinAmount: ▸10000"],
    "policies.transfer.Policies[1].MinAmount",
    /found 10000 without quotes/,
    /^write: MinAmount: "10000"$/,
  ],
  [
    "an amount without a currency",
    ["        AmountCurrency: USD\n", ""],
    "policies.transfer.Policies[1].AmountCurrency",
    /AmountCurrency is missing/,
    {
      at: "ApproverExpression: { Groups: [owner], RequiredCount: 2 }\n        DestinationType: external\n        MinAmount",
    },
  ],
  [
    "a currency without an amount",
    ['        MinAmount: "10000"\n        AmountCurrency: USD\n', "        AmountCurrency: ▸USD\n"],
    "policies.transfer.Policies[1].AmountCurrency",
    /says nothing/,
    { also: ["policies.transfer.Policies[2]"] },
  ],
  [
    "an approver rule of no kind",
    ["{ Op: block }", "{ Op: ▸maybe }"],
    'policies["update policy set"].Policies[1].ApproverExpression.Op',
    /accepted: "allow", "block"/,
  ],
  [
    "an update of nothing instead of empty text",
    ["PolicyUpdateOpType: transfer", "▸PolicyUpdateOpType:"],
    'policies["update policy set"].Policies[0].PolicyUpdateOpType',
    /found nothing; accepted: "transfer", "stake", "unstake", ""/,
  ],
  [
    "a catch-all before a block",
    [
      "      - ApproverExpression: { Groups: [owner], RequiredCount: 2 }\n        PolicyUpdateOpType: transfer\n      - ApproverExpression: { Op: block }",
      "      - ApproverExpression: { Groups: [owner], RequiredCount: 2 }\n      - ▸ApproverExpression: { Op: block }",
    ],
    'policies["update policy set"].Policies[1]',
    /never reached.*rule 1 of this list matches everything/,
    /move it before rule 1, or remove it/,
  ],
  [
    "a rule that two others leave nothing for",
    ["  update policy set:", "      - ▸ApproverExpression: { Op: block }\n  update policy set:"],
    "policies.transfer.Policies[3]",
    /never reached.*rule 1 and rule 2 and rule 3|never reached.*rule 1 and rule 3/,
  ],
  [
    "a higher threshold after a lower one",
    [
      "  update policy set:",
      '      - ▸ApproverExpression: { Op: block }\n        DestinationType: external\n        MinAmount: "50000"\n        AmountCurrency: USD\n  update policy set:',
    ],
    "policies.transfer.Policies[3]",
    /never reached.*rule 2 of this list/,
  ],
  [
    "no rules under an operation",
    [
      "  update policy set:\n",
      "  stake:\n    PolicyOperationType: stake\n    ▸Policies: []\n  update policy set:\n",
    ],
    "policies.stake.Policies",
    /found no rule; accepted: at least one/,
  ],
  ["no operation", ["policies:\n", "▸policies: {}\nx:\n"], "policies", /found no operation/, { also: ["x"] }],
  [
    "no rules in any language",
    ["policies:\n", "x:\n"],
    "",
    /has no rules; accepted: policies .* or restrictions/,
    { at: "# bootstrap.yaml", also: ["x"] },
  ],
  [
    "an operation in another spelling",
    ["  transfer:\n", "  ▸tranfer:\n"],
    "policies.tranfer",
    /unknown operation "tranfer"/,
    /did you mean "transfer"/,
  ],
  [
    "rules under another operation",
    ["PolicyOperationType: transfer", "PolicyOperationType: ▸stake"],
    "policies.transfer.PolicyOperationType",
    /found "stake"; accepted: "transfer"/,
  ],
  [
    "an asset that the specification lacks",
    ["        DestinationType: internal", "        DestinationType: internal\n        TxCurrencies: [▸BTH]"],
    "policies.transfer.Policies[0].TxCurrencies[0]",
    /unknown asset "BTH"; accepted: BTC, ETH, SOL/,
  ],
  [
    "a rule for no asset",
    ["        DestinationType: internal", "        DestinationType: internal\n        ▸TxCurrencies: []"],
    "policies.transfer.Policies[0].TxCurrencies",
    /empty list, which no transaction matches/,
  ],
  [
    "a public key in PEM",
    ["name: Theo Treasury,", 'name: Theo Treasury, public_key: ▸"-----BEGIN PUBLIC KEY-----",'],
    "users[4].public_key",
    /65 bytes in base64/,
  ],
  // The newer policy language.
  [
    "no restrictions",
    ["policies:\n", "▸restrictions: []\npolicies:\n"],
    "restrictions",
    /found no restriction; accepted: one of kind config/,
  ],
  [
    "a restriction that too few can meet",
    ["policies:\n", "restrictions:\n  - { id: a, kind: config, required: ▸4, group: owner }\npolicies:\n"],
    "restrictions[0].required",
    /found 4, and owner is 3 together; accepted: at most 3/,
  ],
  [
    "a restriction of no group",
    ["policies:\n", "restrictions:\n  - { id: a, kind: config, required: 2, group: ▸ownr }\npolicies:\n"],
    "restrictions[0].group",
    /unknown group "ownr"/,
    /did you mean owner/,
  ],
  [
    "a restriction of no kind",
    [
      "policies:\n",
      "restrictions:\n  - { id: a, kind: ▸configuration, required: 2, group: owner }\npolicies:\n",
    ],
    "restrictions[0].kind",
    /accepted: "transaction", "config", "policy"/,
  ],
  [
    "filters where there are none",
    [
      "policies:\n",
      "restrictions:\n  - { id: a, kind: config, required: 2, group: owner, ▸filters: { destination: internal } }\npolicies:\n",
    ],
    "restrictions[0].filters",
    /found filters for kind config; accepted: none/,
  ],
  [
    "an id given twice",
    [
      "policies:\n",
      "restrictions:\n  - { id: a, kind: config, required: 2, group: owner }\n  - { id: ▸a, kind: policy, required: 2, group: owner }\npolicies:\n",
    ],
    "restrictions[1].id",
    /the id a is given twice/,
  ],
  [
    "a restriction with an amount and no currency",
    [
      "policies:\n",
      'restrictions:\n  - { id: a, kind: transaction, required: 2, group: owner, ▸filters: { min_amount: "5" } }\npolicies:\n',
    ],
    "restrictions[0].filters.currency",
    /currency is missing/,
  ],
  [
    "everything open on mainnet",
    ["policies:\n", "▸restrictions:\n  - { id: a, kind: policy, required: 2, group: owner }\npolicies:\n"],
    "restrictions",
    /none of kind config: every config operation is allowed without an approval/,
    { with: [{ file: "deployment.yaml", from: "environment: testnet", to: "environment: mainnet" }] },
  ],
]);

const secrets = of("customer-secrets.yml", [
  [
    "a key in another spelling",
    ["ers_public_key:", "▸ers-public-key:"],
    "ers-public-key",
    /unknown key "ers-public-key"/,
    /did you mean "ers_public_key"/,
  ],
  [
    "a key in small letters",
    ["AUDIENCE:", "▸audience:"],
    "audience",
    /unknown key "audience"/,
    /did you mean "AUDIENCE"/,
  ],
  [
    "an underscore for a hyphen",
    ["chainalysis-user:", "▸chainalysis_user:"],
    "chainalysis_user",
    /unknown key/,
    { hint: /did you mean "chainalysis-user"/, also: ["chainalysis-token"] },
  ],
  ["an empty secret", ["AUDIENCE: ", "▸AUDIENCE: # "], "AUDIENCE", /^found nothing; accepted: text/],
  [
    "a secret that is a number",
    ["ubiquity_auth_token: ", "ubiquity_auth_token: ▸1234567 # "],
    "ubiquity_auth_token",
    /^found a number without quotes; accepted: text/,
    /put the value in quotes/,
  ],
  [
    "a placeholder",
    ["ubiquity_auth_token: ", "ubiquity_auth_token: ▸CHANGEME # "],
    "ubiquity_auth_token",
    /found a placeholder/,
  ],
  [
    "a placeholder in angle brackets",
    ["ubiquity_auth_token: ", "ubiquity_auth_token: ▸<your token> # "],
    "ubiquity_auth_token",
    /found a placeholder/,
  ],
  [
    "an issuer's port that there is not",
    ["5d60c3aa.okta.example", "5d60c3aa.okta.example:99999"],
    "ISSUER",
    /accepted: a domain or an address that begins with https/,
    { at: "https://canary-issuer" },
  ],
  [
    "an unknown key that may be a secret itself",
    ["AUDIENCE: ", "▸oauth2_client_id: abc\nAUDIENCE: "],
    "",
    /^unknown key; accepted: /,
  ],
  ["an issuer without encryption", ["ISSUER: https:", "ISSUER: ▸http:"], "ISSUER", /https/],
  [
    "one application for two",
    ["CLIENT_ID_NATIVE: canary-client-native-41ac08", "CLIENT_ID_NATIVE: ▸canary-client-spa-92f7e1"],
    "CLIENT_ID_NATIVE",
    /the same as CLIENT_ID_SPA/,
  ],
  [
    "one half of a pair",
    ["chainalysis-token: ", "# "],
    "chainalysis-user",
    /together, or neither/,
    { at: "chainalysis-user:", hint: /add chainalysis-token/ },
  ],
  [
    "the other half of a pair",
    ["chainalysis-user: ", "# "],
    "chainalysis-token",
    /together, or neither/,
    { at: "chainalysis-token:" },
  ],
  [
    "a recovery key in PEM",
    ["ers_public_key: ", "ers_public_key: ▸-----BEGIN PUBLIC KEY-----"],
    "ers_public_key",
    /PEM header/,
  ],
  [
    "the private half of a recovery key",
    ["ers_public_key: ", "ers_public_key: ▸-----BEGIN PRIVATE KEY-----"],
    "ers_public_key",
    /this is a private key/,
    { also: [""] },
  ],
  [
    "a recovery key cut short",
    ["ers_public_key: MIIBojAN", "ers_public_key: ▸MIIBoj"],
    "ers_public_key",
    /no emergency recovery key/,
  ],
  [
    "a recovery key wrapped over two lines",
    [
      "ers_public_key: MIIBojANBgkqhkiG9w0BAQEFAAOCAY8A",
      "ers_public_key: ▸MIIBojANBgkqhkiG9w0BAQEFAAOCAY8A\n  ",
    ],
    "ers_public_key",
    /white space found/,
    /base64 -w0/,
  ],
  [
    "a recovery key in PKCS#1",
    ["ers_public_key: MIIBojANBgkqhkiG9w0BAQEFAAOCAY8A", "ers_public_key: ▸"],
    "ers_public_key",
    /PKCS#1/,
  ],
]);

const traps: WrongInput[] = [
  ...of("deployment.yaml", [
    [
      "a key given twice",
      ["region: us-east-2\n\n", "region: us-east-2\n▸region: us-east-2\n\n"],
      "region",
      /given twice in one block/,
    ],
    [
      "a key given twice inside",
      ["    name: Ben Keyes", "    name: Ben Keyes\n    ▸name: Ben Keyes"],
      "admins.policyNode1.name",
      /given twice/,
    ],
    ["a tab", ["  parentZone:", "▸\tparentZone:"], "", /found a tab in front of the text; accepted: spaces/],
    [
      "a quote that is not closed",
      ["region: us-east-2\n\n", 'region: ▸"us-east-2\n\n'],
      "",
      /not valid YAML/,
      /close the quote/,
    ],
    [
      "two documents",
      ["version: 1\n", "version: 1\n▸---\nversion: 1\n"],
      "",
      /multiple documents/,
      /one document a file/,
    ],
    [
      "a merge key",
      ["  parentZone", "  ▸<<: {}\n  parentZone"],
      'dns["<<"]',
      /merge key/,
      { hint: /write the keys out/ },
    ],
    [
      "an alias of nothing",
      ["region: us-east-2\n\n", "region: ▸*somewhere\n\n"],
      "region",
      /without an anchor &somewhere/,
      /in quotes/,
    ],
    ["a tag of no meaning", ["region: us-east-2\n\n", "region: ▸!region us-east-2\n\n"], "", /tag/],
    [
      "a block that contains itself",
      ["dns:\n", "dns: &dns\n  itself: ▸*dns\n"],
      "dns.itself",
      /within &dns itself/,
    ],
    [
      "YAML 1.1",
      ["# deployment.yaml", "▸%YAML 1.1\n---\n# deployment.yaml"],
      "",
      /found %YAML 1\.1; accepted: YAML 1\.2/,
    ],
    ["a NUL byte", ["region: us-east-2\n\n", "region: us-▸\0east-2\n\n"], "", /NUL byte/],
    ["a key that is a list", ["version: 1\n", "version: 1\n? ▸[a]\n: b\n"], "", /as a key; accepted: text/],
  ]),
];

/** The example is sound; each of these makes it wrong in one way. */
export const wrongInputs: readonly WrongInput[] = [
  ...deployment,
  ...walletSpec,
  ...bootstrap,
  ...secrets,
  ...traps,
];
