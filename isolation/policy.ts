/** A value of an IAM policy document that AWS accepts as a string or as a list of strings. */
export type OneOrMany = string | readonly string[];

/** One statement, as AWS's policy grammar has it. Ours never use NotAction, NotResource or NotPrincipal in an Allow. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, OneOrMany>>;
  readonly NotPrincipal?: "*" | Readonly<Record<string, OneOrMany>>;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export function policy(...statements: Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** The text that goes onto a resource. Key order is that of the builder, so equal documents are equal texts. */
export function policyText(document: PolicyDocument): string {
  return JSON.stringify(document);
}
