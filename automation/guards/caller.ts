import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { type AccountKey, accountIdOf, type Deployment } from "../../spec/deployment.ts";
import { Refusal } from "../errors.ts";
import { ofCloud } from "../failures/explain.ts";
import { meansUnusableCredentials } from "../failures/failure-help.ts";
import { type Caller, sourceOf } from "./guards.ts";

/**
 * Whose the credentials for an account really are.
 *
 * @throws Refusal when AWS does not accept them
 * @throws CloudFailure when AWS could not be asked, which says nothing of them
 */
export async function callerOf(sts: STSClient, deployment: Deployment, account: AccountKey): Promise<Caller> {
  try {
    return await identityOf(sts);
  } catch (error) {
    const source = `${sourceOf(deployment, account)} for account ${accountIdOf(deployment, account)}`;
    if (!meansUnusableCredentials(error)) {
      throw ofCloud(error, `AWS could not be asked whose credentials ${source} gives: `) ?? error;
    }
    throw new Refusal(
      {
        code: "credentials-unusable",
        message: `${source} gives no usable credentials: ${(error as Error).message}`,
        hint: "sign in (for instance with `aws sso login`) and run the same command again",
      },
      { cause: error },
    );
  }
}

export async function identityOf(sts: STSClient): Promise<Caller> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  return { accountId: Account ?? "", arn: Arn ?? "" };
}
