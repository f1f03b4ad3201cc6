/** The state in which a rule sees read-only events too, of which Decrypt is one; in the state ENABLED it never does. */
export const alarmRuleState = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** A call that CloudTrail reports and a person must hear of. */
export interface AlarmRule {
  readonly name: string;
  readonly description: string;
  /** EventBridge pattern over the event that CloudTrail delivers. */
  readonly pattern: Readonly<Record<string, unknown>>;
}

/**
 * The calls that could open a key, and the use of a sealed password outside an enclave. An attested call carries
 * `additionalEventData.recipient` in CloudTrail's record; one for a sealed password names its deployment in the encryption context,
 * which keeps the everyday decryptions of other keys out. Refused calls are reported whatever they named: their record may lack it.
 */
export function alarmRules(deployment: string): readonly AlarmRule[] {
  const calls = (detail: Readonly<Record<string, unknown>>) => ({
    source: ["aws.kms"],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { eventSource: ["kms.amazonaws.com"], ...detail },
  });
  return [
    {
      name: "key-policy-changed",
      description: "A key's policy was changed, or a grant on it was created",
      pattern: calls({ eventName: ["PutKeyPolicy", "CreateGrant"] }),
    },
    {
      name: "key-endangered",
      description: "A key was disabled, scheduled for deletion, replicated, or given material from outside",
      pattern: calls({
        eventName: [
          "DisableKey",
          "ScheduleKeyDeletion",
          "ReplicateKey",
          "UpdatePrimaryRegion",
          "ImportKeyMaterial",
          "DeleteImportedKeyMaterial",
        ],
      }),
    },
    {
      name: "unattested-decrypt",
      description: "Somebody tried to decrypt a sealed password without an enclave's attestation",
      pattern: calls({
        eventName: ["Decrypt", "ReEncrypt"],
        additionalEventData: { recipient: [{ exists: false }] },
        $or: [
          { requestParameters: { encryptionContext: { deployment: [deployment] } } },
          { errorCode: [{ prefix: "AccessDenied" }] },
        ],
      }),
    },
  ];
}
