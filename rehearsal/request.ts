import type { Store } from "./store.ts";

/** Who asks: found from the access key that signed the request, or from the provider's own credentials. */
export interface Caller {
  readonly account: string;
  /** As STS prints it, for instance `arn:aws:sts::111111111111:assumed-role/customer-testnet-deploy/alice`. */
  readonly principal: string;
}

/** An error as AWS answers it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
  }
}

/** One request to the stand-in cloud, whichever way it came in. */
export interface CloudRequest {
  /** `null`: nobody, or a key that nobody issued; only the public registry answers those. */
  readonly caller: Caller | null;
  /** Lower-case service prefix as in IAM actions: `kms`, `secretsmanager`, `ecr`, `s3`, `ec2`, `iam`, `route53`, `sts`, `ecs`. */
  readonly service: string;
  /** The IAM action's name without prefix, for instance `CreateKey`. */
  readonly action: string;
  readonly region: string;
  /** ARN of what is acted on, where there is one. */
  readonly resource?: string;
  /** Owner of the resource; the caller's own account unless said otherwise. */
  readonly resourceAccount?: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The service that calls on the caller's behalf, as `kms:ViaService` names it; for instance Secrets Manager opening a secret. */
  readonly via?: string;
}

/** One line of `requests.jsonl` (contract with whoever reads the log). */
export interface RequestLogLine {
  readonly time: string;
  readonly account: string | null;
  readonly principal: string | null;
  readonly service: string;
  readonly action: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly decision: "allow" | "deny";
  readonly by?: string;
  readonly status: number;
}

/** What service handlers and the engine's provider work on. */
export interface StandInCloud {
  readonly store: Store;
  readonly region: string;
  now(): Date;
  /**
   * The only way anything happens in the stand-in: decides whether the caller may, runs the effect, and writes the log line (with the
   * status that the effect ended in). Errors are AwsErrors and pass through.
   */
  perform<T>(request: CloudRequest, effect: () => T | Promise<T>): Promise<T>;
  /** The caller that an access key belongs to, or undefined for a key nobody issued. */
  callerOf(accessKeyId: string, sessionToken?: string): Caller | undefined;
  /** Issues temporary credentials for a role session and remembers them. */
  issueSession(
    roleArn: string,
    sessionName: string,
  ): {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiration: Date;
  };
}
