import * as kms from "@aws-sdk/client-kms";
import * as secrets from "@aws-sdk/client-secrets-manager";
import { empty, encryptionContext, newer, plaintext, type Row, unread, unrecorded } from "../call.ts";
import { fixture } from "../fixture.ts";

const absentKey = "00000000-0000-4000-8000-000000000000";
const statusOfSecrets = "AWS answers 400 to every mistaken request of this service, moto 404";

export const keys: readonly Row<"kms">[] = [
  [
    "DescribeKey",
    (client, { keyId }) => client.send(new kms.DescribeKeyCommand({ KeyId: keyId })),
    {
      "KeyMetadata.CreationDate": unrecorded,
      "KeyMetadata.SigningAlgorithms": empty,
      "KeyMetadata.MultiRegion": newer,
    },
  ],
  [
    "DescribeKey of a signing key",
    (client, { signingKeyId }) => client.send(new kms.DescribeKeyCommand({ KeyId: signingKeyId })),
    { "KeyMetadata.CreationDate": unrecorded, "KeyMetadata.MultiRegion": newer },
  ],
  [
    "DescribeKey by alias",
    (client) => client.send(new kms.DescribeKeyCommand({ KeyId: fixture.alias })),
    {
      "KeyMetadata.CreationDate": unrecorded,
      "KeyMetadata.SigningAlgorithms": empty,
      "KeyMetadata.MultiRegion": newer,
    },
  ],
  ["DescribeKey of an absent key", (client) => client.send(new kms.DescribeKeyCommand({ KeyId: absentKey }))],
  [
    "GetKeyPolicy",
    (client, { keyId }) => client.send(new kms.GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "default" })),
    { PolicyName: newer },
  ],
  [
    "GetKeyRotationStatus",
    (client, { keyId }) => client.send(new kms.GetKeyRotationStatusCommand({ KeyId: keyId })),
    { KeyId: newer },
  ],
  ["ListResourceTags", (client, { keyId }) => client.send(new kms.ListResourceTagsCommand({ KeyId: keyId }))],
  ["ListGrants", (client, { keyId }) => client.send(new kms.ListGrantsCommand({ KeyId: keyId }))],
  ["ListAliases of a key", (client, { keyId }) => client.send(new kms.ListAliasesCommand({ KeyId: keyId }))],
  [
    "GenerateDataKey",
    (client, { keyId }) => client.send(new kms.GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256" })),
  ],
  [
    "GenerateDataKeyWithoutPlaintext",
    (client, { keyId }) =>
      client.send(new kms.GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyId, NumberOfBytes: 32 })),
  ],
  [
    "Encrypt",
    (client, { keyId }) => client.send(new kms.EncryptCommand({ KeyId: keyId, Plaintext: plaintext })),
    { EncryptionAlgorithm: newer },
  ],
  [
    "Decrypt in the same context",
    (client, { ciphertext }) =>
      client.send(
        new kms.DecryptCommand({ CiphertextBlob: ciphertext, EncryptionContext: encryptionContext }),
      ),
    { EncryptionAlgorithm: newer },
  ],
  [
    "Decrypt in another context",
    (client, { ciphertext }) =>
      client.send(new kms.DecryptCommand({ CiphertextBlob: ciphertext, EncryptionContext: { node: "1" } })),
  ],
  [
    "Sign",
    (client, { signingKeyId }) =>
      client.send(
        new kms.SignCommand({ KeyId: signingKeyId, Message: plaintext, SigningAlgorithm: "ECDSA_SHA_256" }),
      ),
  ],
  [
    "GetPublicKey",
    (client, { signingKeyId }) => client.send(new kms.GetPublicKeyCommand({ KeyId: signingKeyId })),
    { KeyId: "AWS answers the ARN, moto the id", KeySpec: newer },
  ],
];

export const vault: readonly Row<"secretsManager">[] = [
  [
    "PutSecretValue",
    (client) =>
      client.send(
        new secrets.PutSecretValueCommand({
          SecretId: fixture.secret,
          SecretString: "second",
          ClientRequestToken: "second-version-of-the-certificate",
        }),
      ),
  ],
  [
    "GetSecretValue",
    (client) => client.send(new secrets.GetSecretValueCommand({ SecretId: fixture.secret })),
  ],
  [
    "GetSecretValue of the previous version",
    (client) =>
      client.send(
        new secrets.GetSecretValueCommand({ SecretId: fixture.secret, VersionStage: "AWSPREVIOUS" }),
      ),
  ],
  [
    "GetSecretValue of an absent secret",
    (client) => client.send(new secrets.GetSecretValueCommand({ SecretId: "absent" })),
    { "<status>": statusOfSecrets },
  ],
  [
    "GetSecretValue without a value",
    (client) => client.send(new secrets.GetSecretValueCommand({ SecretId: fixture.emptySecret })),
    { "<status>": statusOfSecrets },
  ],
  [
    "DescribeSecret",
    (client) => client.send(new secrets.DescribeSecretCommand({ SecretId: fixture.secret })),
    { CreatedDate: unrecorded, LastChangedDate: unrecorded },
  ],
  [
    "ListSecretVersionIds",
    (client) => client.send(new secrets.ListSecretVersionIdsCommand({ SecretId: fixture.secret })),
    { ARN: "moto answers the name", NextToken: empty, "Versions.LastAccessedDate": unread },
  ],
  [
    "GetResourcePolicy",
    (client) => client.send(new secrets.GetResourcePolicyCommand({ SecretId: fixture.secret })),
  ],
  [
    "ListSecrets by name",
    (client) =>
      client.send(
        new secrets.ListSecretsCommand({ Filters: [{ Key: "name", Values: [fixture.emptySecret] }] }),
      ),
    {
      "SecretList.CreatedDate": unrecorded,
      "SecretList.LastChangedDate": unrecorded,
      "SecretList.Tags": empty,
    },
  ],
];
