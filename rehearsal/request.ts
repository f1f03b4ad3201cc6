import type { OneOrMany } from "../isolation/policy.ts";
import type { Store } from "./store.ts";

/** Who asks: found from the access key that signed the request, or from the provider's own credentials. */
export interface Caller {
  readonly account: string;
  /** As STS prints it, for instance `arn:aws:sts::111111111111:assumed-role/customer-testnet-deploy/alice`. */
  readonly principal: string;
  /** ARN of the role whose session it is, with its path; absent: the role lies at `/`, or it is no session. */
  readonly roleArn?: string;
  /** The policy that the session was narrowed by when it was made. */
  readonly sessionPolicy?: string;
  /** Whether the person behind it showed a second factor. */
  readonly secondFactor?: boolean;
}

/** A right that AWS asks for, besides or as the right to the request itself. */
export interface Right {
  /** With prefix: `iam:PassRole`. */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  /** Owner of the resource; by default the account in its ARN, else the caller's own. */
  readonly resourceAccount?: string | undefined;
  /** Who needs the right, if not the request's caller: a service that acts for itself. */
  readonly caller?: Caller;
  /** The service that calls on the caller's behalf. */
  readonly via?: string | undefined;
  /** Condition keys that only whoever makes the request knows. */
  readonly context?: Readonly<Record<string, OneOrMany>>;
  /** Tags of the request, where its input does not carry them. */
  readonly tags?: Readonly<Record<string, string>>;
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

/** The connection ended before an answer came; what became of the request is not known to whoever made it. */
export class LostAnswer extends Error {
  constructor(message = "EOF") {
    super(message);
    this.name = "LostAnswer";
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
  /** The engine's type of what the request makes, when it comes from the engine's provider. */
  readonly creates?: string;
  readonly region: string;
  /** ARN of what is acted on, where there is one. */
  readonly resource?: string;
  /** Owner of the resource; the caller's own account unless said otherwise. */
  readonly resourceAccount?: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The service that calls on the caller's behalf, as `kms:ViaService` names it; for instance Secrets Manager opening a secret. */
  readonly via?: string;
  /** Condition keys that only the service knows, besides those that follow from caller, resource and input. */
  readonly context?: Readonly<Record<string, OneOrMany>>;
  /** What else AWS asks of the caller, or of a service, before it does this. */
  readonly also?: readonly Right[];
  /** Id of the VPC endpoint that the request came through. */
  readonly endpoint?: string;
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
  /** HTTP's; 0 where the connection ended without an answer. */
  readonly status: number;
  /** The fault that was put in its way (`--faults`). */
  readonly fault?: string;
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
  /**
   * What an attestation document attests, by the registers' numbers, in hex; undefined for one that does not verify. Absent: no
   * document verifies here.
   */
  readonly measurements?: (document: Uint8Array) => Readonly<Record<string, string>> | undefined;
  /** Issues temporary credentials for a session of a role (or of a user or an account's root) and remembers them. */
  issueSession(
    principalArn: string,
    sessionName: string,
    limits?: Pick<Caller, "sessionPolicy" | "secondFactor">,
  ): {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiration: Date;
  };
}
