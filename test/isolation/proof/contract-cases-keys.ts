import type { Status } from "../../../isolation/proof/result.ts";
import type { World } from "../../../isolation/world.ts";
import { list, onKey, onSecret, organize, party, principal, resource, shard } from "./contract-edit.ts";
import {
  allowing,
  B,
  C,
  D,
  denying,
  document,
  identity,
  key,
  measured,
  opening,
  role,
  root,
  sealed,
  secret,
  session,
  signed,
  trusting,
  user,
  vaultKey,
  writes,
  X,
} from "./contract-world.ts";

/** A world, and every obligation of it that does not hold. */
export interface ContractCase {
  readonly name: string;
  readonly change: (world: World) => void;
  readonly not: Readonly<Record<string, Exclude<Status, "holds">>>;
}

const plaintext = ["Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "DeriveSharedSecret"];
const attested = (account: string) => ({
  StringEqualsIgnoreCase: {
    "kms:RecipientAttestation:PCR0": measured,
    "kms:RecipientAttestation:PCR8": signed(account),
  },
});

/** P1, P2 and P5. */
export const keyContract: readonly ContractCase[] = [
  { name: "nothing is changed", change: () => {}, not: {} },
  ...plaintext.map(
    (call): ContractCase => ({
      name: `kms:${call} for a role of the account that presents the right measurements`,
      change: (world) => onKey(world, B, opening({ AWS: role(B, "ops") }, `kms:${call}`, attested(B))),
      not: { "P1:1": "violated" },
    }),
  ),
  ...plaintext.map(
    (call): ContractCase => ({
      name: `kms:${call} for the node role, whatever it presents`,
      change: (world) => onKey(world, B, opening({ AWS: role(B, "node") }, `kms:${call}`)),
      not: { "P1:1": "violated" },
    }),
  ),
  {
    name: "the node role may do more than decrypt, attested",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "node") }, ["kms:GenerateDataKey", "kms:DeriveSharedSecret"], attested(B)),
      ),
    not: {},
  },
  {
    name: "a call of a data key pair without plaintext is no plaintext call",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, [
          "kms:GenerateDataKeyPairWithoutPlaintext",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:Encrypt",
        ]),
      ),
    not: {},
  },
  {
    name: "a pattern takes GenerateDataKey in beside the call without plaintext",
    change: (world) => onKey(world, B, opening({ AWS: role(B, "ops") }, "kms:GenerateDataKey*")),
    not: { "P1:1": "violated" },
  },
  {
    name: "a measurement is compared with its case, and the declaration has another case",
    change: (world) => {
      resource(world, key(B)).policy = document(
        opening({ AWS: role(B, "node") }, "kms:Decrypt", {
          StringEquals: {
            "kms:RecipientAttestation:PCR0": measured.toUpperCase(),
            "kms:RecipientAttestation:PCR8": signed(B),
          },
        }),
      );
    },
    // The declared measurement is written in lower case, which StringEquals does not take for the other.
    not: { "P5:1": "violated" },
  },
  {
    name: "one declared register is not asked for",
    change: (world) => {
      resource(world, key(B)).policy = document(
        opening({ AWS: role(B, "node") }, "kms:Decrypt", {
          StringEquals: { "kms:RecipientAttestation:ImageSha384": measured },
        }),
      );
    },
    not: { "P1:1": "violated" },
  },
  {
    name: "the image's digest stands for PCR0",
    change: (world) => {
      resource(world, key(B)).policy = document(
        opening({ AWS: role(B, "node") }, "kms:Decrypt", {
          StringEquals: {
            "kms:RecipientAttestation:ImageSha384": measured,
            "KMS:recipientattestation:pcr8": signed(B),
          },
        }),
      );
    },
    not: {},
  },
  {
    name: "a measurement that is declared twice over is accepted once",
    change: (world) => {
      const declared = shard(world, B);
      declared.pcrs = { ...declared.pcrs, "0": [measured, "1e".repeat(48)] };
    },
    not: { "P5:1": "violated" },
  },
  {
    name: "the policy accepts a measurement that is not declared",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "node") }, "kms:Decrypt", {
          StringEquals: {
            "kms:RecipientAttestation:PCR0": "1e".repeat(48),
            "kms:RecipientAttestation:PCR8": signed(B),
          },
        }),
      ),
    not: { "P1:1": "violated" },
  },
  {
    name: "a session of the node role by its name, attested",
    change: (world) =>
      onKey(world, B, opening({ AWS: session(B, "node", "i-0host") }, "kms:Decrypt", attested(B))),
    not: {},
  },
  {
    name: "a session of another role, attested",
    change: (world) => onKey(world, B, opening({ AWS: session(B, "ops", "x") }, "kms:Decrypt", attested(B))),
    not: { "P1:1": "violated" },
  },
  {
    name: "the own root may decrypt through a service of the caller's choice",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: root(B) }, "kms:Decrypt", {
          StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" },
        }),
      ),
    not: { "P1:1": "violated" },
  },
  {
    name: "the root is let in, and a Deny spares nobody who presents nothing",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: B }, "kms:Decrypt"),
        denying("kms:Decrypt", { Null: { "kms:RecipientAttestation:PCR0": "true" } }),
      ),
    // Whoever runs an enclave of their own presents something.
    not: { "P1:1": "violated" },
  },
  {
    name: "the root is let in, and a Deny spares the node role alone",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: B }, "kms:Decrypt"),
        denying("kms:Decrypt", { ArnNotEquals: { "aws:PrincipalArn": role(B, "node") } }),
        denying(
          "kms:*",
          { StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR0": measured } },
          { Action: "kms:Decrypt" },
        ),
        denying("kms:Decrypt", { StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR8": signed(B) } }),
      ),
    not: {},
  },
  {
    name: "everybody of an organization, which an account that is not listed may be in",
    change: (world) =>
      onKey(world, B, opening("*", "kms:Decrypt", { StringEquals: { "aws:PrincipalOrgID": "o-one" } })),
    not: { "P1:1": "violated", [`P3:${B}`]: "violated" },
  },
  {
    name: "a resource control policy keeps another account out of the key, which stays named",
    change: (world) => {
      onKey(world, B, opening({ AWS: X }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: B,
        kind: "rcp",
        document: document(denying("kms:*", { StringNotEquals: { "aws:PrincipalAccount": B } })),
      });
    },
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "the same policy on the organization of the key's account",
    change: (world) => {
      organize(world, [B], X);
      onKey(world, B, opening({ AWS: X }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: "o-one",
        kind: "rcp",
        document: document(denying("kms:*", { StringNotEquals: { "aws:PrincipalAccount": B } })),
      });
    },
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "a resource control policy does not bind what the management account owns",
    change: (world) => {
      organize(world, [B], B);
      onKey(world, B, opening({ AWS: X }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: "o-one",
        kind: "rcp",
        document: document(denying("kms:*", { StringNotEquals: { "aws:PrincipalAccount": B } })),
      });
    },
    not: { "P1:1": "violated", [`P3:${B}`]: "violated" },
  },
  {
    name: "a resource control policy by an organization's id lets in who is in it, unlisted ones too",
    change: (world) => {
      organize(world, [B], X);
      onKey(world, B, opening({ AWS: X }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: B,
        kind: "rcp",
        document: document(denying("kms:*", { StringNotEquals: { "aws:PrincipalOrgID": "o-one" } })),
      });
    },
    not: { "P1:1": "violated", [`P3:${B}`]: "violated" },
  },
  {
    name: "a service control policy on the caller's account takes the call away, the root's too",
    change: (world) => {
      onKey(world, B, opening({ AWS: role(D, "helper") }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: D,
        kind: "scp",
        document: document({ Effect: "Deny", Action: "kms:*", Resource: "*" }),
      });
    },
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "a service control policy on the key's account does not bind a caller of another",
    change: (world) => {
      onKey(world, B, opening({ AWS: role(D, "helper") }, "kms:Decrypt"));
      world.organizationPolicies.push({
        target: B,
        kind: "scp",
        document: document({ Effect: "Deny", Action: "kms:CreateGrant", Resource: "*" }),
      });
    },
    not: { "P1:1": "violated", [`P3:${B}`]: "violated" },
  },
  {
    name: "a listed service control policy that allows only something else denies nothing",
    change: (world) => {
      world.organizationPolicies.push({
        target: B,
        kind: "scp",
        document: document({ Effect: "Allow", Action: "ec2:*", Resource: "*" }),
      });
      onKey(world, B, opening({ AWS: role(B, "ops") }, "kms:Decrypt"));
    },
    // FullAWSAccess is attached beside it: the node can, and so can the role.
    not: { "P1:1": "violated" },
  },
  {
    name: "an Allow by the tag of a principal that is not listed, who carries any tag",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, "kms:Decrypt", { StringEquals: { "aws:PrincipalTag/team": "red" } }),
      ),
    not: { "P1:1": "violated" },
  },
  {
    name: "an Allow by a tag of listed principals that all have another",
    change: (world) => {
      list(world, role(B, "ops"), [], trusting({ AWS: user(B, "boss") }), { tags: { team: "blue" } });
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, "kms:Decrypt", { StringEquals: { "aws:PrincipalTag/team": "red" } }),
      );
    },
    not: {},
  },
  {
    name: "an Allow by a tag of a principal whose tags are not told",
    change: (world) => {
      list(world, role(B, "ops"), [], trusting({ AWS: user(B, "boss") }), { tags: undefined });
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, "kms:Decrypt", { StringEquals: { "aws:PrincipalTag/team": "red" } }),
      );
    },
    not: { "P1:1": "undecided" },
  },
  {
    name: "an Allow by the organization of an account whose organization is not told",
    change: (world) => {
      const one = world.accounts.find(({ id }) => id === B);
      delete one?.organization;
      onKey(
        world,
        B,
        opening({ AWS: root(B) }, "kms:Decrypt", { StringEquals: { "aws:PrincipalOrgID": "o-one" } }),
      );
    },
    not: { "P1:1": "undecided" },
  },
  {
    name: "an Allow by an organization in which the account is not",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: root(B) }, "kms:Decrypt", { StringEquals: { "aws:PrincipalOrgID": "o-one" } }),
      ),
    not: {},
  },
  {
    name: "a redundant Deny with an operator that nobody knows",
    change: (world) => onKey(world, B, denying("kms:CreateGrant", { StringEqualz: { "aws:SourceIp": "x" } })),
    not: {},
  },
  {
    name: "only a Deny with an operator that nobody knows stands in the way",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, "kms:CreateGrant"),
        denying("kms:CreateGrant", { StringEqualz: { "aws:userid": "x" } }),
      ),
    not: { "P2:1": "undecided" },
  },
  {
    name: "only a Deny of an action that nobody knows stands in the way",
    change: (world) =>
      onKey(world, B, opening({ AWS: role(B, "ops") }, "kms:CreateGrant"), denying(["kms:CreateGrants"])),
    not: { "P2:1": "undecided", "P5:1": "undecided" },
  },
  {
    name: "only a Deny with a condition key that nobody knows stands in the way",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, "kms:CreateGrant"),
        denying("kms:CreateGrant", { StringNotEquals: { "kms:CallerOffice": "x" } }),
      ),
    not: { "P2:1": "undecided" },
  },
  {
    name: "an Allow with an unknown condition key beside one that is certain",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: role(B, "ops") }, "kms:CreateGrant", { StringEquals: { "kms:CallerOffice": "x" } }),
        opening({ AWS: role(B, "ops2") }, "kms:CreateGrant"),
      ),
    not: { "P2:1": "violated" },
  },
  {
    name: "a Deny to all but the listed ones keeps out who is not among them",
    change: (world) =>
      onKey(world, B, opening({ AWS: X }, "kms:Decrypt"), {
        Effect: "Deny",
        NotPrincipal: { AWS: [root(B), role(B, "node")] },
        Action: "kms:Decrypt",
        Resource: "*",
      }),
    // Of the node role's sessions AWS's documentation says only that they have to be listed too.
    not: { [`P3:${B}`]: "violated", "P5:1": "undecided" },
  },
  {
    name: "an Allow to all but one names everybody else",
    change: (world) =>
      onKey(world, B, {
        Effect: "Allow",
        NotPrincipal: { AWS: root(X) },
        Action: "kms:Decrypt",
        Resource: "*",
      }),
    not: {
      "P1:1": "violated",
      [`P3:${B}`]: "violated",
      "P4:keeper-a": "violated",
      "P4:keeper-c": "violated",
    },
  },
  {
    name: "an administrator of the key in another account is declared",
    change: (world) => {
      shard(world, B).keyAdminArns.push(role(D, "custodian"));
      onKey(world, B, opening({ AWS: role(D, "custodian") }, "kms:PutKeyPolicy"));
    },
    not: { [`P3:${B}`]: "violated" },
  },
  {
    name: "an administrator of the key may make grants",
    change: (world) => onKey(world, B, opening({ AWS: role(B, "keyadmin") }, "kms:CreateGrant")),
    not: { "P2:1": "violated" },
  },
  {
    name: "grants for AWS's own services, which the caller asks for",
    change: (world) =>
      onKey(
        world,
        B,
        opening({ AWS: root(B) }, "kms:CreateGrant", { Bool: { "kms:GrantIsForAWSResource": "true" } }),
      ),
    not: { "P2:1": "violated" },
  },
  ...["Decrypt", "ReEncryptFrom", "CreateGrant", "DescribeKey"].map(
    (operation): ContractCase => ({
      name: `a grant of ${operation}, with constraints, to a role of the account`,
      change: (world) => {
        resource(world, key(B)).grants = [
          {
            id: "g-1",
            granteePrincipal: role(B, "ops"),
            operations: [operation],
            constraints: { EncryptionContextEquals: { node: "1" } },
          },
        ];
      },
      not:
        operation === "Decrypt"
          ? { "P1:1": "violated" }
          : operation === "DescribeKey"
            ? {}
            : { "P2:1": "violated" },
    }),
  ),
  {
    name: "a secret that everybody of the account may write",
    change: (world) => {
      resource(world, secret(B)).policy = null;
    },
    not: { "P2:1": "violated" },
  },
  ...writes.map(
    (write): ContractCase => ({
      name: `the Deny of the secret forgets ${write}`,
      change: (world) => {
        resource(world, secret(B)).policy = document(
          denying(
            writes.filter((one) => one !== write),
            { ArnNotEquals: { "aws:PrincipalArn": [role(B, "sealer"), role(B, "keyadmin")] } },
          ),
        );
      },
      not: { "P2:1": "violated" },
    }),
  ),
  {
    name: "a resource control policy guards the secret in place of its own",
    change: (world) => {
      resource(world, secret(B)).policy = null;
      world.organizationPolicies.push({
        target: B,
        kind: "rcp",
        document: document(
          denying("secretsmanager:*", {
            ArnNotEquals: { "aws:PrincipalArn": [role(B, "sealer"), role(B, "keyadmin"), role(B, "node")] },
          }),
        ),
      });
    },
    // The node role is no writer, and the policy lets it write.
    not: { "P2:1": "violated" },
  },
  {
    name: "the writers are held by their account and name",
    change: (world) => {
      resource(world, secret(B)).policy = document(
        denying(writes, {
          StringNotLike: {
            "aws:PrincipalArn": [`arn:aws:iam::${B}:role/sealer`, `arn:aws:iam::*:role/keyadmin`],
          },
        }),
      );
    },
    // Nothing opens the secret to a role keyadmin of another account.
    not: {},
  },
  {
    name: "a second secret of the vault, which is not among the resources",
    change: (world) => {
      shard(world, B).secretArns.push(secret(B, "configuration-xy98zt"));
    },
    not: { "P5:1": "violated" },
  },
  {
    name: "the node reads a second secret, whose writing nobody guards",
    change: (world) => {
      const second = secret(B, "configuration-xy98zt");
      shard(world, B).secretArns.push(second);
      world.resources.push({ arn: second, account: B, kind: "secret" });
    },
    not: { "P2:1": "violated" },
  },
  {
    name: "the vault key decrypts through another Region's Secrets Manager only",
    change: (world) => {
      resource(world, vaultKey(B)).policy = document(
        opening({ AWS: root(B) }, "kms:*", {
          StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" },
        }),
      );
    },
    not: { "P5:1": "violated" },
  },
  {
    name: "the vault key asks for the secret's name in the encryption context",
    change: (world) => {
      resource(world, vaultKey(B)).policy = document(
        opening({ AWS: root(B) }, "kms:*", {
          StringEquals: { "kms:EncryptionContext:SecretARN": secret(B) },
        }),
      );
    },
    not: {},
  },
  {
    name: "the node's own policies ask for an address and a second factor, which it chooses",
    change: (world) => {
      principal(world, role(B, "node")).identity = [
        identity("node", {
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue", "kms:Decrypt"],
          Resource: "*",
          Condition: {
            IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
            Bool: { "aws:MultiFactorAuthPresent": "true" },
          },
        }),
      ];
    },
    not: {},
  },
  {
    name: "the node's tag decides, and its tags are not told",
    change: (world) => {
      delete principal(world, role(B, "node")).tags;
      onSecret(
        world,
        B,
        denying("secretsmanager:GetSecretValue", { StringNotEquals: { "aws:PrincipalTag/node": "1" } }),
      );
    },
    not: { "P5:1": "undecided" },
  },
  {
    name: "a policy that is no object of statements",
    change: (world) => {
      resource(world, secret(C)).policy = { Version: "2012-10-17", Statement: ["everything"] };
    },
    not: { "P2:2": "undecided", "P5:2": "undecided", [`P3:${C}`]: "undecided" },
  },
  {
    name: "a party that administers nothing has no part in it",
    change: (world) => party(world, "onlooker", { principals: [user(X, "guest")] }),
    not: {},
  },
  {
    name: "a key's own policy is a single statement with an older version",
    change: (world) => {
      const [first] = sealed(C);
      resource(world, key(C)).policy = { Version: "2008-10-17", Id: "key-policy", Statement: first };
    },
    not: {},
  },
  {
    name: "an identity policy of a listed role is not believed",
    change: (world) => {
      list(world, role(B, "ops"), [identity("nothing", allowing("s3:GetObject"))], trusting({ AWS: B }));
      onKey(world, B, opening({ AWS: root(B) }, "kms:ReEncrypt*"));
    },
    not: { "P2:1": "violated" },
  },
];
