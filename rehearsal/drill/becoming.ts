import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { policyOf } from "../stored-policy.ts";
import { type Aim, endow, everything, policiesOf, valuesInTrust } from "./aims.ts";
import type { Arena, Identity } from "./arena.ts";
import { passToService } from "./carrying.ts";
import { succeeds } from "./outcome.ts";

const administratorPolicy = "arn:aws:iam::aws:policy/AdministratorAccess";
/** What came of trying to become somebody. */
export interface Become {
  readonly attempts: number;
  readonly identity?: Identity;
  /** Its rights are the party's to write, so that it counts with everything. */
  readonly owned: boolean;
}

/** Tries every way from one identity to another: by writing its rights, by assuming it, by having compute carry it. */
export async function become(arena: Arena, from: Identity, aim: Aim): Promise<Become> {
  let attempts = 0;
  const tried = async (send: () => Promise<unknown>) => {
    attempts++;
    return await succeeds(send);
  };
  const same = from.account === aim.account;
  if (same) {
    for (const [action, send] of Object.entries(rewriting(from, aim))) {
      if (!(await tried(send))) continue;
      endow(arena, aim);
      const identity = arena.hold(aim.arn, `${aim.arn}, rewritten by ${from.path} (iam:${action})`);
      return { attempts, identity, owned: true };
    }
  }
  if (same) {
    for (const { arn } of policiesOf(arena.store, aim)) {
      for (const action of policyEdits) {
        attempts++;
        if (!(await from.ask({ action, resource: arn }))) continue;
        endow(arena, aim);
        const identity = arena.hold(
          aim.arn,
          `${aim.arn}, a policy of which is rewritten by ${from.path} (${action})`,
        );
        return { attempts, identity, owned: true };
      }
    }
  }
  if (aim.arn === from.arn) return { attempts, owned: false };
  if (aim.kind === "user") {
    for (const action of same ? userTakeovers : []) {
      attempts++;
      if (!(await from.ask({ action, resource: aim.arn }))) continue;
      const identity = arena.hold(aim.arn, `${aim.arn}, with credentials made by ${from.path} (${action})`);
      return { attempts, identity, owned: false };
    }
    return { attempts, owned: false };
  }
  attempts++;
  const assumed = await assume(arena, from, aim);
  if (assumed !== undefined) return { attempts, identity: assumed, owned: false };
  if (!same) return { attempts, owned: false };
  if (await tried(() => retrust(arena, from, aim))) {
    attempts++;
    const trusted = await assume(arena, from, aim);
    if (trusted !== undefined) return { attempts, identity: trusted, owned: false };
  }
  for (const carry of [runTask, runHost]) {
    if (!(await tried(() => carry(arena, from, aim)))) continue;
    const identity = arena.hold(aim.arn, `${aim.arn}, passed to compute by ${from.path} (iam:PassRole)`);
    return { attempts, identity, owned: false };
  }
  const passed = await passToService(arena, from, aim);
  attempts += passed.attempts;
  if (passed.how === undefined) return { attempts, owned: false };
  return { attempts, identity: arena.hold(aim.arn, `${aim.arn}, ${passed.how}`), owned: false };
}

/** Calls that give the caller credentials of a user. */
const userTakeovers = ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"];

/** Calls on a managed policy that change it for whoever carries it. Worlds tell policies by name, so inline ones are tried like those. */
const policyEdits = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];

/** The calls by which one writes what a principal may do. */
function rewriting({ iam }: Identity, { kind, name }: Aim): Readonly<Record<string, () => Promise<unknown>>> {
  const policy = { PolicyName: "drill", PolicyDocument: everything };
  const attached = { PolicyArn: administratorPolicy };
  const boundary = { PermissionsBoundary: administratorPolicy };
  if (kind === "role") {
    const RoleName = name;
    return {
      PutRolePolicy: () => iam.send(new PutRolePolicyCommand({ RoleName, ...policy })),
      AttachRolePolicy: () => iam.send(new AttachRolePolicyCommand({ RoleName, ...attached })),
      DeleteRolePolicy: () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "drill" })),
      DetachRolePolicy: () => iam.send(new DetachRolePolicyCommand({ RoleName, ...attached })),
      PutRolePermissionsBoundary: () =>
        iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, ...boundary })),
      DeleteRolePermissionsBoundary: () => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
    };
  }
  const UserName = name;
  return {
    PutUserPolicy: () => iam.send(new PutUserPolicyCommand({ UserName, ...policy })),
    AttachUserPolicy: () => iam.send(new AttachUserPolicyCommand({ UserName, ...attached })),
    DeleteUserPolicy: () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "drill" })),
    DetachUserPolicy: () => iam.send(new DetachUserPolicyCommand({ UserName, ...attached })),
    PutUserPermissionsBoundary: () =>
      iam.send(new PutUserPermissionsBoundaryCommand({ UserName, ...boundary })),
    DeleteUserPermissionsBoundary: () => iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName })),
  };
}

/** With every external id that the trust policy names, for the attacker knows it or guesses it. */
async function assume(arena: Arena, from: Identity, { arn }: Aim): Promise<Identity | undefined> {
  for (const ExternalId of [undefined, ...valuesInTrust(arena, arn, "sts:ExternalId")]) {
    try {
      const { Credentials } = await from.sts.send(
        new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "drill", ExternalId }),
      );
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      return arena.holdSession(arn, `${arn}, assumed by ${from.path}`, {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "AccessDenied") throw error;
    }
  }
  return undefined;
}

/** Adds the caller to whom the role trusts. */
function retrust({ store }: Arena, { iam, arn }: Identity, aim: Aim): Promise<unknown> {
  const trust = policyOf(store.byArn(aim.arn)?.properties.assumeRolePolicy);
  const Statement = [
    ...(trust?.Statement.filter(({ Effect }) => Effect === "Allow") ?? []),
    { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" },
  ];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  return iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: aim.name, PolicyDocument }));
}

async function runTask(_arena: Arena, { ecs }: Identity, { arn, name }: Aim): Promise<void> {
  const family = `drill-${name}`;
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      taskRoleArn: arn,
      containerDefinitions: [{ name: "drill", image: "drill", essential: true }],
    }),
  );
  await ecs.send(new RunTaskCommand({ cluster: "drill", taskDefinition: family }));
}

/** A profile is made for the role, since making one is no right over the role. */
async function runHost({ store }: Arena, { ec2 }: Identity, { account, name }: Aim): Promise<void> {
  const profile = `drill-${name}`;
  const arn = `arn:aws:iam::${account}:instance-profile/${profile}`;
  const type = "aws:iam/instanceProfile:InstanceProfile";
  store.put({ account, type, id: profile, arn, properties: { name: profile, arn, role: name } });
  await ec2.send(
    new RunInstancesCommand({
      ImageId: "ami-0123456789abcdef0",
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: profile },
    }),
  );
}
