/** The account that an ARN names; empty where it names none, as S3's do not. */
export function accountOfArn(arn: string): string {
  return arn.split(":")[4] ?? "";
}
