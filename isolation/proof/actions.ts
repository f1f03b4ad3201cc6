// Not the lists that the policies are made from (key-statements.ts): the proof does not take their word for what is dangerous.

/** Calls that hand out plaintext of a key's ciphertexts, or key material itself. Attestation conditions exist for these. */
export const plaintextCalls = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:DeriveSharedSecret",
] as const;

/** Ways around an attested key that no attestation condition can guard. */
export const sideDoors = [
  "kms:PutKeyPolicy",
  "kms:CreateGrant",
  "kms:ReEncryptFrom",
  "kms:ReplicateKey",
  "kms:ImportKeyMaterial",
  "kms:DeleteImportedKeyMaterial",
  "kms:UpdatePrimaryRegion",
] as const;

/** Calls that replace, copy, open or lose a sealed secret. */
export const secretWrites = [
  "secretsmanager:PutSecretValue",
  "secretsmanager:UpdateSecret",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:RotateSecret",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:UpdateSecretVersionStage",
  "secretsmanager:DeleteSecret",
] as const;

/** Calls on a role or a user that change what it may do; the principal then counts with everything. */
export const identityEdits = {
  role: [
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
  ],
  user: [
    "iam:PutUserPolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteUserPolicy",
    "iam:DetachUserPolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
  ],
} as const;

/** Calls on a managed policy that change it for everybody who carries it. */
export const managedPolicyEdits = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"] as const;

/** Calls on a user that give the caller credentials of it. */
export const userTakeovers = [
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:UpdateLoginProfile",
] as const;

export type ComputeService = "ec2" | "ecs" | "lambda";

/**
 * Calls that run the caller's code on compute that is there already, with the role that it carries; `on` is what the call names: the
 * compute itself, or a template that its next start reads (Service Authorization Reference of each service).
 */
export const runningCode: Readonly<
  Record<ComputeService, readonly { readonly action: string; readonly on: "itself" | string }[]>
> = {
  ec2: [
    { action: "ssm:SendCommand", on: "itself" },
    { action: "ssm:StartSession", on: "itself" },
    { action: "ssm:StartAutomationExecution", on: "itself" },
    { action: "ssm:CreateAssociation", on: "itself" },
    { action: "ec2:ModifyInstanceAttribute", on: "itself" },
    { action: "ec2:CreateReplaceRootVolumeTask", on: "itself" },
    { action: "ec2:GetPasswordData", on: "itself" },
    { action: "ec2-instance-connect:SendSSHPublicKey", on: "itself" },
    { action: "ec2-instance-connect:SendSerialConsoleSSHPublicKey", on: "itself" },
    { action: "ec2:CreateLaunchTemplateVersion", on: "launch-template/lt-0" },
    { action: "ec2:ModifyLaunchTemplate", on: "launch-template/lt-0" },
  ],
  ecs: [
    { action: "ecs:ExecuteCommand", on: "itself" },
    { action: "ecs:UpdateService", on: "itself" },
    { action: "ecs:RegisterTaskDefinition", on: "itself" },
  ],
  lambda: [
    { action: "lambda:UpdateFunctionCode", on: "itself" },
    { action: "lambda:UpdateFunctionConfiguration", on: "itself" },
  ],
};
