import { members } from "../input.ts";
import type { Handlers } from "./handler.ts";
import { changes } from "./kms-changes.ts";
import {
  aliases,
  cloudRequest,
  findKey,
  grantsOf,
  keyId,
  keysOf,
  metadata,
  onKey,
  ownArn,
  requestedKey,
} from "./kms-keys.ts";
import { operations } from "./kms-operations.ts";

/** Calls on keys: what they are, and what they do. */
export const handlers: Handlers = {
  async DescribeKey(request) {
    return onKey(request, "DescribeKey", requestedKey(request), (key) => ({ KeyMetadata: metadata(key) }));
  },
  async GetKeyPolicy(request) {
    return onKey(request, "GetKeyPolicy", requestedKey(request), ({ properties }) => ({
      Policy: properties.policy,
      PolicyName: "default",
    }));
  },
  async GetKeyRotationStatus(request) {
    return onKey(request, "GetKeyRotationStatus", requestedKey(request), ({ arn, properties }) => ({
      KeyId: arn,
      KeyRotationEnabled: properties.enableKeyRotation,
    }));
  },
  async ListResourceTags(request) {
    return onKey(request, "ListResourceTags", requestedKey(request), ({ tags }) => ({
      Tags: tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      Truncated: false,
    }));
  },
  async ListGrants(request) {
    return onKey(request, "ListGrants", requestedKey(request), (key) => ({
      Grants: grantsOf(request, key),
      Truncated: false,
    }));
  },
  async ListKeys(request) {
    return request.cloud.perform(cloudRequest(request, "ListKeys", undefined), () => ({
      Keys: keysOf(request).map(({ arn, properties }) => ({ KeyId: properties.keyId, KeyArn: arn })),
      Truncated: false,
    }));
  },
  async ListAliases(request) {
    const { KeyId } = members({ KeyId: keyId.optional() }, request.input);
    const key = KeyId === undefined ? undefined : findKey(request, KeyId);
    return request.cloud.perform(cloudRequest(request, "ListAliases", undefined), () => ({
      Aliases: aliases(request)
        .filter(({ targetKeyId }) => key === undefined || targetKeyId === key.properties.keyId)
        .map(({ name, targetKeyId }) => ({
          AliasName: name,
          AliasArn: ownArn(request, name),
          TargetKeyId: targetKeyId,
        })),
      Truncated: false,
    }));
  },
  ...operations,
  ...changes,
};
