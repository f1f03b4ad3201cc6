import { AwsError } from "../../request.ts";
import { actions, arn, derived, type ResourceTypes, words } from "../resource-type.ts";
import { requireKey, validDocument } from "./identity.ts";

export const monitoringTypes: ResourceTypes = {
  "aws:cloudtrail/trail:Trail": {
    service: "cloudtrail",
    label: "CloudTrail Trail",
    actions: actions("CreateTrail", "DescribeTrails", "UpdateTrail", "DeleteTrail"),
    required: ["s3BucketName"],
    optional: words(
      "name kmsKeyId isMultiRegionTrail includeGlobalServiceEvents enableLogFileValidation enableLogging eventSelectors advancedEventSelectors s3KeyPrefix",
    ),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "TrailAlreadyExistsException" },
    references: { s3BucketName: { type: "aws:s3/bucket:Bucket", code: "S3BucketDoesNotExistException" } },
    computed: ({ name }, place) => ({
      arn: arn("cloudtrail", place, `trail/${name}`),
      homeRegion: place.region,
      snsTopicArn: "",
      enableLogging: true,
      includeGlobalServiceEvents: true,
      isMultiRegionTrail: false,
      isOrganizationTrail: false,
      enableLogFileValidation: false,
    }),
    id: (properties) => `${properties.arn}`,
    arn: "arn",
    validate: ({ kmsKeyId }, place) => requireKey(kmsKeyId, place, "KmsKeyNotFoundException"),
  },
  "aws:sns/topic:Topic": {
    service: "sns",
    label: "SNS Topic",
    actions: actions("CreateTopic", "GetTopicAttributes", "SetTopicAttributes", "DeleteTopic"),
    required: [],
    optional: words("name kmsMasterKeyId policy displayName"),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    computed: ({ name }, place) => ({
      arn: arn("sns", place, `${name}`),
      owner: place.caller.account,
      beginningArchiveTime: "",
      fifoThroughputScope: "",
      policy: "",
      signatureVersion: 1,
      tracingConfig: "PassThrough",
    }),
    id: (properties) => `${properties.arn}`,
    arn: "arn",
    validate: ({ kmsMasterKeyId, policy }, place) => {
      requireKey(kmsMasterKeyId, place, "KMSNotFoundException");
      if (policy !== "") validDocument(policy, "InvalidParameter");
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    service: "sns",
    label: "SNS Topic Subscription",
    actions: actions("Subscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"),
    required: words("endpoint protocol topic"),
    optional: [],
    replaceOn: words("endpoint protocol topic"),
    references: { topic: { type: "aws:sns/topic:Topic", code: "NotFound" } },
    computed: ({ topic, protocol, endpoint }, place) => ({
      // Subscribing once more answers with the subscription that is there.
      arn: `${topic}:${derived(8, `${topic}`, `${protocol}`, `${endpoint}`)}-0000-4000-8000-${derived(12, `${endpoint}`, `${topic}`)}`,
      ownerId: place.caller.account,
      confirmationWasAuthenticated: false,
      // A person has to follow the link in the mail that AWS sends.
      pendingConfirmation: protocol === "email",
      filterPolicyScope: "",
    }),
    id: (properties) => `${properties.arn}`,
    arn: "arn",
  },
  "aws:cloudwatch/eventRule:EventRule": {
    service: "events",
    label: "EventBridge Rule",
    actions: actions("PutRule", "DescribeRule", "PutRule", "DeleteRule"),
    required: [],
    optional: words("name description eventPattern state eventBusName scheduleExpression"),
    replaceOn: words("name eventBusName"),
    taggable: true,
    autoName: "name",
    computed: ({ name }, place) => ({
      arn: arn("events", place, `rule/${name}`),
      eventBusName: "default",
      state: "ENABLED",
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    validate: ({ eventPattern }) =>
      validJson(eventPattern, "InvalidEventPatternException", "Event pattern is not valid"),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    service: "events",
    label: "EventBridge Target",
    actions: actions("PutTargets", "ListTargetsByRule", "PutTargets", "RemoveTargets"),
    required: words("arn rule"),
    optional: words("targetId input inputTransformer roleArn"),
    replaceOn: words("rule targetId"),
    autoName: "targetId",
    references: { rule: { type: "aws:cloudwatch/eventRule:EventRule", code: "ResourceNotFoundException" } },
    id: ({ rule, targetId }) => `${rule}-${targetId}`,
    importId: ({ rule, targetId }) => `${rule}/${targetId}`,
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    service: "logs",
    label: "CloudWatch Logs Log Group",
    actions: actions(
      "CreateLogGroup",
      "DescribeLogGroups",
      { otherwise: "PutRetentionPolicy", kmsKeyId: "AssociateKmsKey" },
      "DeleteLogGroup",
    ),
    required: [],
    optional: words("name kmsKeyId retentionInDays skipDestroy logGroupClass"),
    replaceOn: words("name logGroupClass"),
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "ResourceAlreadyExistsException" },
    computed: ({ name }, place) => ({
      arn: arn("logs", place, `log-group:${name}`),
      deletionProtectionEnabled: false,
      logGroupClass: "STANDARD",
      retentionInDays: 0,
      skipDestroy: false,
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    validate: ({ kmsKeyId, name }, place) => {
      requireKey(kmsKeyId, place, "InvalidParameterException");
      if (/^[\w./#-]{1,512}$/.test(`${name}`)) return;
      throw new AwsError(
        "InvalidParameterException",
        `Log group name '${name}' may hold letters, digits, . - _ / # only.`,
      );
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    service: "cloudwatch",
    label: "CloudWatch Metric Alarm",
    actions: actions("PutMetricAlarm", "DescribeAlarms", "PutMetricAlarm", "DeleteAlarms"),
    required: [],
    optional: words(
      "name alarmDescription namespace metricName metricQueries dimensions statistic extendedStatistic period evaluationPeriods datapointsToAlarm threshold comparisonOperator treatMissingData unit alarmActions okActions insufficientDataActions actionsEnabled",
    ),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    computed: ({ name }, place) => ({
      arn: arn("cloudwatch", place, `alarm:${name}`),
      actionsEnabled: true,
      evaluateLowSampleCountPercentiles: "",
      treatMissingData: "missing",
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    service: "cloudwatch",
    label: "CloudWatch Dashboard",
    actions: actions("PutDashboard", "GetDashboard", "PutDashboard", "DeleteDashboards"),
    required: words("dashboardBody dashboardName"),
    optional: [],
    replaceOn: ["dashboardName"],
    computed: ({ dashboardName }, place) => ({
      dashboardArn: `arn:aws:cloudwatch::${place.caller.account}:dashboard/${dashboardName}`,
    }),
    id: ({ dashboardName }) => `${dashboardName}`,
    arn: "dashboardArn",
    validate: ({ dashboardBody }) =>
      validJson(dashboardBody, "InvalidParameterInput", "The dashboard body is not valid JSON"),
  },
};

function validJson(text: unknown, code: string, message: string): void {
  if (text === undefined) return;
  try {
    JSON.parse(`${text}`);
  } catch {
    throw new AwsError(code, `${message}: ${text}`);
  }
}
