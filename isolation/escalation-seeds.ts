import type { OneOrMany, Statement } from "./policy.ts";
import {
  bystander,
  otherShard,
  rootOf,
  type Seed,
  without,
  withParty,
  withPolicy,
  withPrincipal,
  withResource,
  withRight,
  withStatements,
} from "./seeding.ts";
import type { World } from "./world.ts";

type Conditions = NonNullable<Statement["Condition"]>;

const allow = (
  principal: Statement["Principal"],
  actions: readonly string[],
  condition?: Conditions,
): Statement => ({
  Sid: "Seeded",
  Effect: "Allow",
  Principal: principal,
  Action: actions,
  Resource: "*",
  ...(condition === undefined ? {} : { Condition: condition }),
});

const unattestedStatements = /^DenyUnattested/;
const attestationKey = /^kms:RecipientAttestation:/;

/** A statement with its condition on measurements rewritten, operator by operator. */
function remeasured(
  statement: Statement,
  change: (operator: string, keys: readonly (readonly [string, OneOrMany])[]) => Conditions,
): Statement {
  const condition = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) => {
    const entries = Object.entries(keys);
    const measured = entries.some(([key]) => attestationKey.test(key));
    return measured ? Object.entries(change(operator, entries)) : [[operator, keys] as const];
  });
  return { ...statement, Condition: Object.fromEntries(condition) };
}

const unmeasured = (statement: Statement) => remeasured(statement, () => ({}));

/** These accounts in one organization, whose management account is somebody else's. */
function sharedOrganization(world: World, accounts: readonly string[]): World["accounts"] {
  const organization = { id: "o-seeded", managementAccount: "999999999999" };
  return world.accounts.map((one) => (accounts.includes(one.id) ? { ...one, organization } : one));
}

/** The seeds of every row that a proof catches, by the row's number. */
export const worldSeeds: Readonly<Record<number, readonly Seed[]>> = {
  1: [
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) => [
        ...statements,
        allow({ AWS: rootOf(shard.account) }, ["kms:PutKeyPolicy"]),
      ]),
  ],
  2: [
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) => [
        ...without(/^DenySideDoors$/)(statements),
        allow({ AWS: rootOf(shard.account) }, ["kms:CreateGrant"]),
      ]),
    (world, shard) =>
      withResource(world, shard.keyArn, (key) => ({
        ...key,
        grants: [
          {
            id: "seeded",
            granteePrincipal: otherShard(world, shard).keyAdminArns[0] ?? "",
            operations: ["Decrypt"],
          },
        ],
      })),
  ],
  3: [
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) => [
        ...without(/^DenySideDoors$/)(statements),
        allow({ AWS: shard.sealerArns }, ["kms:ReEncrypt*"]),
      ]),
  ],
  4: [(world, shard) => withResource(world, shard.keyArn, (key) => ({ ...key, multiRegion: true }))],
  5: [(world, shard) => withResource(world, shard.keyArn, (key) => ({ ...key, origin: "EXTERNAL" }))],
  8: [
    (world, shard) => {
      const outsider = { AWS: rootOf(otherShard(world, shard).account) };
      const encrypting = withPolicy(world, shard.keyArn, (statements) => [
        ...statements,
        allow(outsider, ["kms:Encrypt"]),
      ]);
      return withPolicy(encrypting, shard.secretArns[0] ?? "", (statements) => [
        ...without(/^Writers$/)(statements),
        allow(outsider, ["secretsmanager:PutSecretValue"]),
      ]);
    },
  ],
  9: [
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) =>
        without(unattestedStatements)(statements).map((one) =>
          one.Sid === "AttestedDecrypt" ? unmeasured(one) : one,
        ),
      ),
  ],
  10: [
    (world, shard) => ({
      ...world,
      shards: world.shards.map((one) =>
        one.node === shard.node ? { ...one, pcrs: { ...one.pcrs, "0": ["0".repeat(96)] } } : one,
      ),
    }),
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) =>
        without(unattestedStatements)(statements).map((one) =>
          remeasured(one, (operator, keys) => ({ [`${operator}IfExists`]: Object.fromEntries(keys) })),
        ),
      ),
    // What a key admits when its policy is made for an enclave in debug mode.
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) =>
        statements.map((one) =>
          remeasured(one, (operator, keys) => ({
            [operator]: Object.fromEntries(
              keys.map(([key, value]) => [key, key.endsWith("PCR0") ? "0".repeat(96) : value] as const),
            ),
          })),
        ),
      ),
  ],
  11: [
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) =>
        without(/^DenyUnattestedPCR3$/)(statements).map((one) => {
          if (one.Sid !== "AttestedDecrypt") return one;
          const image = remeasured(one, (operator, keys) => ({
            [operator]: Object.fromEntries(keys.filter(([key]) => !key.endsWith("PCR3"))),
          }));
          return {
            ...image,
            Condition: {
              ...image.Condition,
              ArnEquals: { "aws:PrincipalArn": world.shards.map(({ nodeRoleArn }) => nodeRoleArn) },
            },
          };
        }),
      ),
  ],
  13: [
    (world, shard) => {
      const passing = withRight(world, bystander(world, shard), ["iam:PassRole"], shard.nodeRoleArn);
      return withRight(passing, bystander(world, shard), ["ec2:RunInstances"]);
    },
  ],
  14: [
    (world, shard) =>
      withRight(world, bystander(world, shard), ["iam:UpdateAssumeRolePolicy"], shard.nodeRoleArn),
  ],
  15: [
    (world, shard) =>
      withPrincipal(world, shard.keyAdminArns[0] ?? "", (role) => ({
        ...role,
        trust: withStatements(role.trust, (statements) => [
          ...statements,
          {
            Sid: "Seeded",
            Effect: "Allow",
            Principal: { AWS: rootOf(otherShard(world, shard).account) },
            Action: "sts:AssumeRole",
          },
        ]),
      })),
  ],
  16: [
    (world, shard) =>
      withRight(world, bystander(world, shard), ["ec2:ReplaceIamInstanceProfileAssociation", "iam:PassRole"]),
  ],
  17: [
    (world, shard) =>
      withRight(world, bystander(world, shard), ["ec2:ModifyInstanceAttribute", "ec2:StopInstances"]),
  ],
  18: [(world, shard) => withRight(world, bystander(world, shard), ["ssm:SendCommand"])],
  22: [
    (world, shard) =>
      withPolicy(world, shard.secretArns[0] ?? "", (statements) => [
        ...without(/^Writers$/)(statements),
        allow({ AWS: rootOf(otherShard(world, shard).account) }, [
          "secretsmanager:PutSecretValue",
          "secretsmanager:RotateSecret",
        ]),
      ]),
  ],
  28: [
    (world, shard) => ({
      ...world,
      accounts: sharedOrganization(world, [shard.account, otherShard(world, shard).account]),
    }),
  ],
  29: [
    (world, shard) => ({
      ...world,
      parties: [
        ...world.parties,
        {
          id: "pipelines-seeded",
          principals: [...shard.keyAdminArns, ...otherShard(world, shard).keyAdminArns],
          accounts: [],
          holds: [],
        },
      ],
    }),
  ],
  30: [
    (world, shard) => {
      const state = world.resources.find(
        ({ kind, account, policy }) => kind === "bucket" && account === shard.account && policy === null,
      );
      return withPolicy(world, state?.arn ?? "", (statements) => [
        ...statements,
        allow({ AWS: rootOf(otherShard(world, shard).account) }, ["s3:GetObject"]),
      ]);
    },
  ],
  33: [
    (world, shard) => {
      const administrator = world.parties.find(({ accounts }) => accounts.includes(shard.account));
      const other = otherShard(world, shard);
      return withParty(world, administrator?.id ?? "", (party) => ({
        ...party,
        principals: [...party.principals, ...other.keyAdminArns],
      }));
    },
    // One runner, in an account of its own, that deploys to two of them.
    (world, shard) =>
      [shard, otherShard(world, shard)].reduce((changed, { keyAdminArns: [deployed = ""] }) => {
        return withPrincipal(changed, deployed, (role) => ({
          ...role,
          trust: withStatements(role.trust, (statements) => [
            ...statements,
            {
              Sid: "Seeded",
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::555555555555:role/runner" },
              Action: "sts:AssumeRole",
            },
          ]),
        }));
      }, world),
  ],
  35: [
    (world, shard) =>
      withPolicy(world, shard.keyArn, (statements) =>
        statements.map((one) =>
          remeasured(one, (operator, keys) => ({
            [operator]: Object.fromEntries(
              keys.map(([key, value]) => [key.replace(/PCR0$/, "PCR8"), value] as const),
            ),
          })),
        ),
      ),
  ],
  38: [
    (world) => ({
      ...world,
      parties: world.parties.map((party) =>
        party.holds.includes("ers-key") ? { ...party, holds: ["ers-key", "backup"] } : party,
      ),
    }),
  ],
};
