import { AwsError } from "../../request.ts";
import { actions, type Place, type ResourceType, type ResourceTypes, words } from "../resource-type.ts";
import { validDocument } from "./identity.ts";

const bucketToken = "aws:s3/bucket:Bucket";

export const bucketTypes: ResourceTypes = {
  [bucketToken]: {
    service: "s3",
    label: "S3 Bucket",
    actions: actions("CreateBucket", "ListBucket", "PutBucketTagging", "DeleteBucket"),
    required: [],
    optional: words("bucket objectLockEnabled forceDestroy"),
    replaceOn: words("bucket objectLockEnabled"),
    taggable: true,
    autoName: "bucket",
    // One name in the whole world.
    unique: { by: ["bucket"], code: "BucketAlreadyExists", everywhere: true },
    computed: ({ bucket }, place) => ({
      arn: `arn:aws:s3:::${bucket}`,
      bucketDomainName: `${bucket}.s3.amazonaws.com`,
      bucketRegion: place.region,
      bucketRegionalDomainName: `${bucket}.s3.${place.region}.amazonaws.com`,
      hostedZoneId: "Z3AQBSTGFYJSTF",
      websiteDomain: "",
      websiteEndpoint: "",
      accelerationStatus: "",
      acl: "private",
      bucketNamespace: "global",
      bucketPrefix: "",
      corsRules: [],
      grants: [],
      lifecycleRules: [],
      forceDestroy: false,
      objectLockEnabled: false,
      policy: "",
      requestPayer: "BucketOwner",
      // Since 2023 every new bucket is encrypted; versions have to be asked for.
      serverSideEncryptionConfiguration: {
        rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      },
      versioning: { enabled: false, mfaDelete: false },
    }),
    id: ({ bucket }) => `${bucket}`,
    arn: "arn",
    validate: ({ bucket }) => {
      if (/^(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(`${bucket}`)) return;
      throw new AwsError("InvalidBucketName", `The specified bucket is not valid: ${bucket}`);
    },
    refuseDelete: ({ bucket, forceDestroy }, place) => {
      const holds = place.store
        .list({ account: place.caller.account, type: "s3:object" })
        .some(({ properties }) => properties.bucket === bucket);
      if (holds && forceDestroy !== true) {
        throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
      }
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": setting(
    "S3 Bucket Versioning",
    "BucketVersioning",
    "versioningConfiguration",
    "",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    "S3 Bucket Server-side Encryption Configuration",
    "EncryptionConfiguration",
    "rules",
    "",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    "S3 Bucket Public Access Block",
    "BucketPublicAccessBlock",
    "",
    "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    "S3 Bucket Ownership Controls",
    "BucketOwnershipControls",
    "rule",
    "",
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
    ...setting(
      "S3 Bucket Object Lock Configuration",
      "BucketObjectLockConfiguration",
      "",
      "rule objectLockEnabled",
    ),
    validate: ({ bucket }, place) => {
      if (bucketOf(bucket, place).properties.objectLockEnabled === true) return;
      throw new AwsError(
        "InvalidBucketState",
        "Object Lock configuration cannot be enabled on existing buckets",
        409,
      );
    },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    "S3 Bucket Lifecycle Configuration",
    "LifecycleConfiguration",
    "",
    "rules",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": {
    ...setting("S3 Bucket Policy", "BucketPolicy", "policy", ""),
    validate: ({ bucket, policy }, place) => {
      bucketOf(bucket, place);
      validDocument(policy, "MalformedPolicy");
    },
    // The policy belongs to the bucket; readers of the bucket find it there.
    effects: ({ properties, previous }, place) => {
      const stored = find(properties?.bucket ?? previous?.bucket, place);
      if (stored === undefined) return;
      place.store.put({ ...stored, properties: { ...stored.properties, policy: properties?.policy ?? "" } });
    },
  },
};

/** One of a bucket's settings: the bucket has it once, so that putting it again yields the same resource. */
function setting(label: string, noun: string, required: string, optional: string): ResourceType {
  return {
    service: "s3",
    label,
    actions: actions(`Put${noun}`, `Get${noun}`, `Put${noun}`, `Put${noun}`),
    required: ["bucket", ...words(required)],
    optional: words(optional),
    replaceOn: ["bucket"],
    id: ({ bucket }) => `${bucket}`,
    validate: ({ bucket }, place) => void bucketOf(bucket, place),
  };
}

function find(bucket: unknown, { store, caller }: Place) {
  return store.get(caller.account, bucketToken, `${bucket}`);
}

function bucketOf(bucket: unknown, place: Place) {
  const stored = find(bucket, place);
  if (stored === undefined)
    throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${bucket}`, 404);
  return stored;
}
