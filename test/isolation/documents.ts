import type { DocumentKind } from "../../isolation/grammar.ts";
import type { Model } from "../../isolation/model.ts";
import type { PolicyDocument } from "../../isolation/policy.ts";
import type { AccountKey } from "../../spec/deployment.ts";

export interface NamedDocument {
  readonly account: AccountKey;
  readonly kind: DocumentKind;
  /** File name of the golden copy, without folder and ending. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Every policy document of the model, once. */
export function documentsOf(model: Model): readonly NamedDocument[] {
  const one = (
    account: AccountKey,
    kind: DocumentKind,
    name: string,
    document: PolicyDocument,
  ): NamedDocument => ({
    account,
    kind,
    name: `${kind}-${name}`,
    document,
  });
  return [
    ...Object.entries(model.roles).flatMap(([name, role]) => [
      one(role.account, "trust", name, role.trust),
      ...role.identity.map((inline) =>
        one(role.account, "identity", `${name}-${inline.name}`, inline.document),
      ),
    ]),
    ...Object.values(model.keys).map((key) => one(key.account, "key", key.name, key.policy)),
    ...Object.values(model.secrets).map((secret) =>
      one(secret.account, "secret", secret.logicalName, secret.policy),
    ),
    ...Object.values(model.buckets).map((bucket) =>
      one(bucket.account, "bucket", bucket.logicalName, bucket.policy),
    ),
    ...Object.values(model.repositories).flatMap(({ account, component, policy }) =>
      policy === null ? [] : [one(account, "repository", component, policy)],
    ),
    ...Object.values(model.endpoints).map((endpoint) =>
      one(endpoint.account, "endpoint", endpoint.service, endpoint.policy),
    ),
    ...Object.values(model.topics).map((topic) =>
      one(topic.account, "topic", topic.logicalName, topic.policy),
    ),
  ];
}
