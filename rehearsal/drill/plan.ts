/** A shard as the drill attacks it. */
export interface DrillShard {
  readonly node: number;
  readonly keyArn: string;
  /** The first holds the sealed password. */
  readonly secretArns: readonly string[];
  readonly nodeRoleArn: string;
  /** Measurements that the key accepts, by register. */
  readonly pcrs: Readonly<Record<string, readonly string[] | undefined>>;
  /** What the sealed password is bound to. */
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/** Somebody whom the drill plays. */
export interface DrillParty {
  readonly id: string;
  /** ARNs that it acts as. */
  readonly principals: readonly string[];
  /** Accounts that it administers. */
  readonly accounts: readonly string[];
  readonly holds: readonly string[];
}

/** Something that runs and carries a role. */
export interface DrillCompute {
  readonly arn: string;
  readonly account: string;
  /** Absent: whichever it is. */
  readonly service?: "ec2" | "ecs" | "lambda" | undefined;
  readonly roleArn: string;
}

/** Who plays against what; taken from the same world that the proof is about. */
export interface DrillPlan {
  readonly parties: readonly DrillParty[];
  readonly shards: readonly DrillShard[];
  /** Roles and users that a party may try to become. */
  readonly principals: readonly string[];
  /** Compute that a party may try to run code on. */
  readonly compute: readonly DrillCompute[];
}

export interface DrillCell {
  readonly party: string;
  /** Number of the shard's node. */
  readonly shard: number;
  readonly drill: "reached" | "refused";
  /** Requests that were sent for it; those by which the party became somebody else count for each of its shards. */
  readonly attempts: number;
  /** What reached it and as whom, or what refused the plain decryption. */
  readonly by?: string;
}
