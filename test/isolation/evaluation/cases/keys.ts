import {
  admin,
  allow,
  ask,
  attested,
  aws,
  bounded,
  type Case,
  decrypt,
  deny,
  everybody,
  key,
  memberKey,
  memberRole,
  node,
  otherPcr,
  outside,
  own,
  pcr,
  person,
  root,
  session,
  stranger,
  unlessAttested,
} from "../small-world.ts";

const image = "kms:RecipientAttestation:PCR0";
const mayDecrypt = { identity: { [node]: [allow(decrypt)] } };
const nodeAttested = [allow({ ...decrypt, ...aws(node), ...attested() })];
const rootAll = allow({ Action: "kms:*", ...aws(root(own)) });
const closed = { closed: true } as const;
const shows = (value: string) => ({ closed: true, context: { [image]: value } }) as const;
const everything = { identity: "everything" } as const;

export const keys: readonly Case[] = [
  {
    name: "the role that the key names, with the right measurement",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key, shows(pcr)),
    expect: "allowed",
  },
  {
    name: "the role that the key names, with another measurement",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key, shows(otherPcr)),
    expect: "refused",
  },
  {
    name: "the role that the key names, without a measurement",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "a measurement in capitals is the same measurement",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key, shows(pcr.toUpperCase())),
    expect: "allowed",
  },
  {
    name: "StringEquals takes no measurement in capitals",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested(pcr, "StringEquals") })] },
    ask: ask(node, "kms:Decrypt", key, shows(pcr.toUpperCase())),
    expect: "refused",
  },
  {
    name: "the image's digest is PCR0 under another name",
    world: {
      key: [
        allow({
          ...decrypt,
          ...aws(node),
          Condition: { StringEqualsIgnoreCase: { "kms:RecipientAttestation:ImageSha384": pcr } },
        }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key, shows(pcr)),
    expect: "allowed",
  },
  {
    name: "the image's digest and PCR0 cannot differ",
    world: {
      key: [
        allow({
          ...decrypt,
          ...aws(node),
          Condition: {
            StringEqualsIgnoreCase: {
              "kms:RecipientAttestation:ImageSha384": pcr,
              "kms:RecipientAttestation:PCR0": otherPcr,
            },
          },
        }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "the caller may choose the measurement",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a context with the pinned measurement does not count when it is excepted",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key, { except: [{ [image]: [pcr] }] }),
    expect: "refused",
  },
  {
    name: "an exception of one measurement leaves the other",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested([pcr, otherPcr]) })] },
    ask: ask(node, "kms:Decrypt", key, { except: [{ [image]: [pcr] }] }),
    expect: "allowed",
  },
  {
    name: "an exception wants all its keys",
    world: { key: nodeAttested },
    ask: ask(node, "kms:Decrypt", key, {
      except: [{ [image]: [pcr], "kms:RecipientAttestation:PCR3": [pcr] }],
    }),
    expect: "allowed",
  },
  {
    name: "an identity policy opens no key whose policy does not name the account",
    world: { key: nodeAttested, ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "a second measurement that is required and missing",
    world: {
      key: [
        allow({
          ...decrypt,
          ...aws(node),
          Condition: { StringEqualsIgnoreCase: { [image]: pcr, "kms:RecipientAttestation:PCR8": pcr } },
        }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key, shows(pcr)),
    expect: "refused",
  },
  {
    name: "IfExists is no measurement",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested(pcr, "StringEqualsIfExists") })] },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "allowed",
  },
  {
    name: "ForAllValues is no measurement",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested(pcr, "ForAllValues:StringEquals") })] },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "allowed",
  },
  {
    name: "ForAnyValue wants a measurement",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested(pcr, "ForAnyValue:StringEquals") })] },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "StringLike * takes any measurement",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested("*", "StringLike") })] },
    ask: ask(node, "kms:Decrypt", key, { except: [{ [image]: [pcr] }] }),
    expect: "allowed",
  },
  {
    name: "StringLike * takes no absent measurement",
    world: { key: [allow({ ...decrypt, ...aws(node), ...attested("*", "StringLike") })] },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "a Deny on an absent measurement denies",
    world: {
      key: [
        allow({ ...decrypt, ...aws(node) }),
        deny({ ...decrypt, ...everybody, Condition: { Null: { [image]: "true" } } }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "a Deny on an absent measurement spares who shows one",
    world: {
      key: [
        allow({ ...decrypt, ...aws(node) }),
        deny({ ...decrypt, ...everybody, Condition: { Null: { [image]: "true" } } }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key, shows(otherPcr)),
    expect: "allowed",
  },
  {
    name: "root statement and identity policy open a key together",
    world: { key: [rootAll], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a bare account id is that account's root",
    world: { key: [allow({ Action: "kms:*", ...aws(own) })], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a root statement alone opens nothing to a role",
    world: { key: [rootAll] },
    ask: ask(node, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "root statement, unattested Deny, no document",
    world: { key: [rootAll, deny({ ...decrypt, ...everybody, ...unlessAttested })], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "root statement, unattested Deny, another measurement",
    world: { key: [rootAll, deny({ ...decrypt, ...everybody, ...unlessAttested })], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", key, shows(otherPcr)),
    expect: "refused",
  },
  {
    name: "root statement, unattested Deny, the right measurement: anybody",
    world: {
      key: [rootAll, deny({ ...decrypt, ...everybody, ...unlessAttested })],
      identity: { [admin]: [allow({})] },
    },
    ask: ask(admin, "kms:Decrypt", key, shows(pcr)),
    expect: "allowed",
  },
  ...["kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy"].map(
    (action): Case => ({
      name: `a Deny of Decrypt alone leaves ${action} open`,
      world: {
        key: [rootAll, deny({ ...decrypt, ...everybody, ...unlessAttested })],
        identity: { [admin]: [allow({})] },
      },
      ask: ask(admin, action, key),
      expect: "allowed",
    }),
  ),
  {
    name: "an attestation Deny on ReEncrypt always denies: that call carries no measurement",
    world: {
      key: [rootAll, deny({ Action: "kms:ReEncrypt*", ...everybody, ...unlessAttested })],
      identity: { [admin]: [allow({})] },
    },
    ask: ask(admin, "kms:ReEncryptFrom", key),
    expect: "refused",
  },
  {
    name: "an attestation Allow on ReEncrypt never allows",
    world: { key: [allow({ Action: "kms:*", ...aws(admin), ...attested() })] },
    ask: ask(admin, "kms:ReEncryptFrom", key),
    expect: "refused",
  },
  {
    name: "an attestation Allow on PutKeyPolicy never allows",
    world: { key: [allow({ Action: "kms:*", ...aws(admin), ...attested() })] },
    ask: ask(admin, "kms:PutKeyPolicy", key),
    expect: "refused",
  },
  ...["kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:DeriveSharedSecret"].map(
    (action): Case => ({
      name: `${action} carries a measurement`,
      world: { key: [allow({ Action: action, ...aws(admin), ...attested() })] },
      ask: ask(admin, action, key),
      expect: "allowed",
    }),
  ),
  {
    name: "two keys in one Deny have to differ both",
    world: {
      key: [
        allow({ ...decrypt, ...aws(admin) }),
        deny({
          ...decrypt,
          ...everybody,
          Condition: { StringNotEqualsIgnoreCase: { [image]: pcr, "kms:RecipientAttestation:PCR8": pcr } },
        }),
      ],
    },
    ask: ask(admin, "kms:Decrypt", key, {
      except: [{ [image]: [pcr], "kms:RecipientAttestation:PCR8": [pcr] }],
    }),
    expect: "allowed",
  },
  {
    name: "two Deny statements, one a key, leave only who shows both",
    world: {
      key: [
        allow({ ...decrypt, ...aws(admin) }),
        deny({ ...decrypt, ...everybody, ...unlessAttested }),
        deny({
          ...decrypt,
          ...everybody,
          Condition: { StringNotEqualsIgnoreCase: { "kms:RecipientAttestation:PCR8": pcr } },
        }),
      ],
    },
    ask: ask(admin, "kms:Decrypt", key, {
      except: [{ [image]: [pcr], "kms:RecipientAttestation:PCR8": [pcr] }],
    }),
    expect: "refused",
  },
  {
    name: "across accounts: key and identity policy agree",
    world: { memberKey: [allow({ ...decrypt, ...aws(node) })], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", memberKey),
    expect: "allowed",
  },
  {
    name: "across accounts: the identity policy is missing",
    world: { memberKey: [allow({ ...decrypt, ...aws(node) })] },
    ask: ask(node, "kms:Decrypt", memberKey),
    expect: "refused",
  },
  {
    name: "across accounts: the key policy is missing",
    world: mayDecrypt,
    ask: ask(node, "kms:Decrypt", memberKey),
    expect: "refused",
  },
  {
    name: "across accounts: the key names the account",
    world: { memberKey: [allow({ ...decrypt, ...aws(root(own)) })], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", memberKey),
    expect: "allowed",
  },
  {
    name: "across accounts: the key names the account for one role",
    world: {
      memberKey: [
        allow({ ...decrypt, ...aws(root(own)), Condition: { ArnEquals: { "aws:PrincipalArn": node } } }),
      ],
      identity: { [admin]: [allow({})] },
    },
    ask: ask(admin, "kms:Decrypt", memberKey),
    expect: "refused",
  },
  {
    name: "across accounts: the key names everybody",
    world: { memberKey: [allow({ ...decrypt, ...everybody })], ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", memberKey),
    expect: "allowed",
  },
  {
    name: "an own account's key that names everybody opens to everybody",
    world: { key: [allow({ ...decrypt, ...everybody })] },
    ask: ask(admin, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a stranger whose account the key names",
    world: { key: [allow({ ...decrypt, ...aws(root(outside)) })] },
    ask: ask(stranger, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a stranger whom the key does not name",
    world: { key: [rootAll] },
    ask: ask(stranger, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "an unlisted role of the key's account holds everything",
    world: { key: [rootAll] },
    ask: ask(`arn:aws:iam::${own}:role/unlisted`, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a listed role counts with everything when it is asked so",
    world: { key: [rootAll] },
    ask: ask(admin, "kms:Decrypt", key, everything),
    expect: "allowed",
  },
  {
    name: "the root user where the key names the root",
    world: { key: [rootAll] },
    ask: ask(root(own), "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "the root user where the key does not name the root",
    world: { key: nodeAttested },
    ask: ask(root(own), "kms:PutKeyPolicy", key),
    expect: "refused",
  },
  {
    name: "the root user under a Deny to everybody",
    world: { key: [rootAll, deny({ Action: "kms:CreateGrant", ...everybody })] },
    ask: ask(root(own), "kms:CreateGrant", key),
    expect: "refused",
  },
  {
    name: "another account's root where the key does not name it",
    world: { key: [rootAll] },
    ask: ask(root(outside), "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "another account's root where the key names it",
    world: { key: [allow({ ...decrypt, ...aws(outside) })] },
    ask: ask(root(outside), "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a user that the key names",
    world: { key: [allow({ ...decrypt, ...aws(person) })] },
    ask: ask(person, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a key without a listed policy",
    world: { key: null, ...mayDecrypt },
    ask: ask(node, "kms:Decrypt", key),
    expect: "undecided",
  },
  {
    name: "a key that is not listed",
    world: mayDecrypt,
    ask: ask(node, "kms:Decrypt", `${key}0`),
    expect: "undecided",
  },
  {
    name: "listing keys needs no key policy",
    world: { identity: { [admin]: [allow({ Action: "kms:ListKeys" })] } },
    ask: ask(admin, "kms:ListKeys", `arn:aws:kms:eu-central-1:${own}:*`),
    expect: "allowed",
  },
  {
    name: "a key's origin is a fact",
    world: {
      key: [
        allow({ ...decrypt, ...aws(node), Condition: { StringEquals: { "kms:KeyOrigin": "EXTERNAL" } } }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "an origin that is not told is unknown",
    world: {
      keyFacts: {},
      key: [
        allow({ ...decrypt, ...aws(node), Condition: { StringEquals: { "kms:KeyOrigin": "EXTERNAL" } } }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key),
    expect: "undecided",
  },
  {
    name: "an alias of the key is a fact that nobody told",
    world: {
      key: [
        allow({
          ...decrypt,
          ...aws(node),
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/x" } },
        }),
      ],
    },
    ask: ask(node, "kms:Decrypt", key),
    expect: "undecided",
  },
  // Grants.
  {
    name: "a grant opens the key beside its policy",
    world: { grants: [{ granteePrincipal: admin, operations: ["Decrypt"] }] },
    ask: ask(admin, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a grant opens no other operation",
    world: { grants: [{ granteePrincipal: admin, operations: ["Decrypt"] }] },
    ask: ask(admin, "kms:GenerateDataKey", key),
    expect: "refused",
  },
  {
    name: "a grant is its grantee's",
    world: { grants: [{ granteePrincipal: admin, operations: ["Decrypt"] }] },
    ask: ask(node, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "a Deny of the key's policy beats a grant",
    world: {
      key: [deny({ ...decrypt, ...everybody, ...unlessAttested })],
      grants: [{ granteePrincipal: admin, operations: ["Decrypt"] }],
    },
    ask: ask(admin, "kms:Decrypt", key, closed),
    expect: "refused",
  },
  {
    name: "an identity policy's Deny beats a grant",
    world: {
      identity: { [admin]: [deny(decrypt)] },
      grants: [{ granteePrincipal: admin, operations: ["Decrypt"] }],
    },
    ask: ask(admin, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "a grant to another account's role needs that account's consent",
    world: { grants: [{ granteePrincipal: memberRole, operations: ["Decrypt"] }] },
    ask: ask(memberRole, "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "a grant to another account's role that may",
    world: {
      grants: [{ granteePrincipal: memberRole, operations: ["Decrypt"] }],
      identity: { [memberRole]: [allow(decrypt)] },
    },
    ask: ask(memberRole, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a grant to a stranger",
    world: { grants: [{ granteePrincipal: stranger, operations: ["Decrypt"] }] },
    ask: ask(stranger, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a grant to a session of the role",
    world: { grants: [{ granteePrincipal: session("one"), operations: ["Decrypt"] }] },
    ask: ask(node, "kms:Decrypt", key),
    expect: "allowed",
  },
  {
    name: "a grant to another session",
    world: { grants: [{ granteePrincipal: session("one"), operations: ["Decrypt"] }] },
    ask: ask(session("two"), "kms:Decrypt", key),
    expect: "refused",
  },
  {
    name: "a grant to the account, which its identity policies pass on",
    world: {
      grants: [{ granteePrincipal: root(own), operations: ["CreateGrant"] }],
      identity: { [admin]: [allow({ Action: "kms:CreateGrant" })] },
    },
    ask: ask(admin, "kms:CreateGrant", key),
    expect: "allowed",
  },
  {
    name: "a grant to the account passes nothing on by itself",
    world: { grants: [{ granteePrincipal: root(own), operations: ["CreateGrant"] }] },
    ask: ask(admin, "kms:CreateGrant", key),
    expect: "refused",
  },
  {
    name: "whether a boundary limits a grant is not told",
    world: {
      grants: [{ granteePrincipal: bounded, operations: ["Decrypt"] }],
      boundary: [allow({ Action: "s3:*" })],
    },
    ask: ask(bounded, "kms:Decrypt", key),
    expect: "undecided",
  },
];
