import type { AccountKey, NodeNumber } from "../spec/deployment.ts";
import type { Names } from "./names.ts";
import type { PolicyDocument } from "./policy.ts";

export interface ModelRole {
  readonly account: AccountKey;
  /** The stack that makes the role; `null`: made by the account's owner before the first run (the deploy role). */
  readonly stack: string | null;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  /** Inline policies by name. Managed policies are not used: what is not written here does not hold. */
  readonly identity: readonly {
    readonly name: string;
    readonly document: PolicyDocument /** stack that attaches it, where another than the role's */;
    readonly stack?: string;
  }[];
  readonly maxSessionSeconds?: number;
}

export interface ModelKey {
  readonly account: AccountKey;
  readonly stack: string;
  /** Logical name within the stack, and last part of the alias `alias/<prefix>-<name>`. */
  readonly name: string;
  readonly description: string;
  readonly policy: PolicyDocument;
  readonly usage: "encrypt" | "sign";
  /** Automatic rotation; not available for asymmetric keys. */
  readonly rotation: boolean;
}

export interface ModelSecret {
  readonly account: AccountKey;
  readonly stack: string;
  /** Logical name within the stack, for instance `policy-node1-encryptor-master-password`. */
  readonly logicalName: string;
  /** Name in Secrets Manager. */
  readonly name: string;
  readonly description: string;
  /** Name of the key in `Model.keys` that Secrets Manager encrypts with. */
  readonly key: string;
  readonly policy: PolicyDocument;
}

export interface ModelBucket {
  readonly account: AccountKey;
  readonly stack: string;
  readonly logicalName: string;
  readonly name: string;
  readonly policy: PolicyDocument;
  /** Versions cannot be removed before this many days; absent: no object lock. */
  readonly lockDays?: number;
}

export interface ModelRepository {
  readonly account: AccountKey;
  readonly stack: string;
  readonly component: string;
  readonly name: string;
  readonly arn: string;
  readonly policy: PolicyDocument | null;
}

export interface ModelTopic {
  readonly account: AccountKey;
  readonly stack: string;
  readonly logicalName: string;
  readonly name: string;
  readonly arn: string;
  readonly policy: PolicyDocument;
}

export interface ModelEndpoint {
  readonly account: AccountKey;
  readonly stack: string;
  /** Short name of the service: `kms`, `secretsmanager`, `ecr.api`, `ecr.dkr`, `logs`, `sts`, `s3`. */
  readonly service: string;
  readonly type: "Interface" | "Gateway";
  readonly policy: PolicyDocument;
}

/** Where the engine keeps an account's state: made by the account's owner beforehand, like the deploy role. */
export interface ModelState {
  readonly account: AccountKey;
  readonly bucket: string;
  /** Alias (`alias/…`), id or ARN of the key of the secrets provider. */
  readonly key: string;
}

/** What a policy node's vault consists of, by purpose; values are names in `Model.keys` and `Model.secrets`. */
export interface ModelNode {
  readonly node: NodeNumber;
  readonly account: AccountKey;
  readonly roleArn: string;
  readonly roleName: string;
  readonly pcr0: readonly string[];
  /** PCR3: SHA-384 over 48 zero bytes and the node role's ARN. */
  readonly pcr3: string;
  readonly sealingKey: string;
  readonly vaultKey: string;
  /** Signs what the node's account hands to the others, its configuration first. */
  readonly configurationKey: string;
  /** ARNs as AWS chose them; placeholders that no resource has until the node's account has handed them over. */
  readonly arns: {
    readonly sealingKey: string;
    readonly vaultKey: string;
    readonly configurationKey: string;
    /** By the secret's name in `Model.secrets`. */
    readonly secrets: Readonly<Record<string, string>>;
  };
  readonly secrets: {
    /** KMS ciphertext of the encryptor master password, sealed by the sealing key. */
    readonly masterPassword: string;
    /** Private key of the node's identity (P-256). */
    readonly nodePrivateKey: string;
    /** Private key of the node's TLS certificates (P-256). */
    readonly tlsPrivateKey: string;
    /** JSON { DB_HOST, DB_PASSWORD, USERNAME }. */
    readonly database: string;
    /** JSON: the node's configuration with peer list, and its signature. */
    readonly configuration: string;
    /** JSON { PASSWORD }: what the node presents to the broker besides its certificate. */
    readonly broker: string;
  };
}

/** Identifiers that AWS chooses; taken from the hand-offs once they are known. */
export interface KnownIdentifiers {
  readonly nodes: Readonly<
    Partial<
      Record<
        NodeNumber,
        {
          readonly sealingKeyArn: string;
          readonly vaultKeyArn: string;
          readonly configurationKeyArn: string;
          readonly secretArns: Readonly<Record<string, string>>;
        }
      >
    >
  >;
}

/** Names, ARNs and every policy of all accounts, as plain data. The proof reads it; components make exactly it real. */
export interface Model {
  readonly names: Names;
  readonly region: string;
  readonly accountIds: Readonly<Record<AccountKey, string>>;
  /** By the role's name without the prefix, for instance `policy-node1-key-admin`, `nitroRole0`, `wallet-task`, `wallet-execution`. */
  readonly roles: Readonly<Record<string, ModelRole>>;
  /** By `ModelKey.name`, for instance `policy-node0-sealing`, `wallet`, `broker`, `logs`, `artefacts`. */
  readonly keys: Readonly<Record<string, ModelKey>>;
  /** By name without environment and namespace, for instance `policy-node0.encryptor-master-password`. */
  readonly secrets: Readonly<Record<string, ModelSecret>>;
  /** By `ModelBucket.logicalName`. */
  readonly buckets: Readonly<Record<string, ModelBucket>>;
  /** By component name. */
  readonly repositories: Readonly<Record<string, ModelRepository>>;
  readonly endpoints: Readonly<Record<string, ModelEndpoint>>;
  /** By `ModelTopic.logicalName`, for instance `alarms-infrastructure`. */
  readonly topics: Readonly<Record<string, ModelTopic>>;
  readonly nodes: Readonly<Record<NodeNumber, ModelNode>>;
  readonly states: readonly ModelState[];
  /** False while a node's key and secret ARNs are placeholders: the node roles' cross-account statements are then not final. */
  readonly identifiersKnown: boolean;
}
