/**
 * Calls by which somebody who passes a role to a service starts what runs with it (service authorization reference: the calls that
 * depend on iam:PassRole), by the service and the calls' prefix. The proof has a list of its own: shared, a call forgotten once would be
 * forgotten by both.
 */
export const starts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ec2.amazonaws.com": {
    ec2: "RunInstances RequestSpotInstances RequestSpotFleet CreateFleet AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation",
    autoscaling: "CreateAutoScalingGroup CreateLaunchConfiguration UpdateAutoScalingGroup",
    batch: "CreateComputeEnvironment UpdateComputeEnvironment",
    datapipeline: "PutPipelineDefinition",
    eks: "CreateNodegroup",
    elasticbeanstalk: "CreateEnvironment UpdateEnvironment",
    elasticmapreduce: "RunJobFlow",
    imagebuilder: "CreateInfrastructureConfiguration UpdateInfrastructureConfiguration",
  },
  "ecs-tasks.amazonaws.com": {
    ecs: "RunTask StartTask CreateService UpdateService",
    batch: "SubmitJob",
  },
  "lambda.amazonaws.com": {
    lambda: "CreateFunction UpdateFunctionConfiguration",
  },
  "cloudformation.amazonaws.com": {
    cloudformation:
      "CreateStack UpdateStack CreateChangeSet CreateStackSet UpdateStackSet CreateStackInstances",
  },
  "codebuild.amazonaws.com": {
    codebuild: "CreateProject UpdateProject StartBuild StartBuildBatch",
  },
  "codepipeline.amazonaws.com": {
    codepipeline: "CreatePipeline UpdatePipeline",
  },
  "codedeploy.amazonaws.com": {
    codedeploy: "CreateDeploymentGroup UpdateDeploymentGroup",
  },
  "glue.amazonaws.com": {
    glue: "CreateJob UpdateJob CreateSession CreateDevEndpoint UpdateDevEndpoint",
  },
  "sagemaker.amazonaws.com": {
    sagemaker:
      "CreateNotebookInstance UpdateNotebookInstance CreateTrainingJob CreateProcessingJob CreateHyperParameterTuningJob CreateModel CreatePipeline UpdatePipeline CreateDomain UpdateDomain CreateUserProfile UpdateUserProfile",
  },
  "states.amazonaws.com": {
    states: "CreateStateMachine UpdateStateMachine",
  },
  "ssm.amazonaws.com": {
    ssm: "StartAutomationExecution CreateAssociation UpdateAssociation RegisterTaskWithMaintenanceWindow CreateActivation",
  },
  "events.amazonaws.com": {
    events: "PutTargets",
  },
  "scheduler.amazonaws.com": {
    scheduler: "CreateSchedule UpdateSchedule",
  },
  "pipes.amazonaws.com": {
    pipes: "CreatePipe UpdatePipe",
  },
  "elasticmapreduce.amazonaws.com": {
    elasticmapreduce: "RunJobFlow",
  },
  "emr-serverless.amazonaws.com": {
    "emr-serverless": "StartJobRun",
  },
  "datapipeline.amazonaws.com": {
    datapipeline: "CreatePipeline PutPipelineDefinition",
  },
  "apprunner.amazonaws.com": {
    apprunner: "CreateService UpdateService",
  },
  "build.apprunner.amazonaws.com": {
    apprunner: "CreateService UpdateService",
  },
  "tasks.apprunner.amazonaws.com": {
    apprunner: "CreateService UpdateService",
  },
  "bedrock-agentcore.amazonaws.com": {
    "bedrock-agentcore": "CreateCodeInterpreter CreateBrowser CreateAgentRuntime UpdateAgentRuntime",
  },
  "batch.amazonaws.com": {
    batch: "CreateComputeEnvironment",
  },
  "eks.amazonaws.com": {
    eks: "CreateCluster",
  },
  "pods.eks.amazonaws.com": {
    eks: "CreatePodIdentityAssociation UpdatePodIdentityAssociation",
  },
  "eks-fargate-pods.amazonaws.com": {
    eks: "CreateFargateProfile",
  },
  "elasticbeanstalk.amazonaws.com": {
    elasticbeanstalk: "CreateEnvironment UpdateEnvironment",
  },
  "imagebuilder.amazonaws.com": {
    imagebuilder: "CreateImage CreateImagePipeline UpdateImagePipeline",
  },
  "braket.amazonaws.com": {
    braket: "CreateJob",
  },
  "gamelift.amazonaws.com": {
    gamelift: "CreateFleet CreateContainerFleet",
  },
  "kinesisanalytics.amazonaws.com": {
    kinesisanalytics: "CreateApplication UpdateApplication",
  },
  "omics.amazonaws.com": {
    omics: "StartRun",
  },
  "amplify.amazonaws.com": {
    amplify: "CreateApp UpdateApp",
  },
  "airflow.amazonaws.com": {
    airflow: "CreateEnvironment UpdateEnvironment",
  },
  "airflow-env.amazonaws.com": {
    airflow: "CreateEnvironment UpdateEnvironment",
  },
  "appstream.amazonaws.com": {
    appstream: "CreateFleet UpdateFleet CreateImageBuilder",
  },
  "apigateway.amazonaws.com": {
    apigateway: "POST PUT PATCH",
  },
  "appsync.amazonaws.com": {
    appsync: "CreateDataSource UpdateDataSource",
  },
  "credentials.iot.amazonaws.com": {
    iot: "CreateRoleAlias UpdateRoleAlias",
  },
  "iot.amazonaws.com": {
    iot: "CreateTopicRule ReplaceTopicRule",
  },
  "rolesanywhere.amazonaws.com": {
    rolesanywhere: "CreateProfile UpdateProfile",
  },
  "servicecatalog.amazonaws.com": {
    servicecatalog: "CreateConstraint",
  },
  "credentials.deadline.amazonaws.com": {
    deadline: "CreateQueue UpdateQueue CreateFleet UpdateFleet",
  },
};

/** Calls on compute that is there already which run the caller's code with the role that it carries. */
export const runs = {
  ec2: {
    ssm: "SendCommand StartSession StartAutomationExecution CreateAssociation",
    ec2: "ModifyInstanceAttribute CreateReplaceRootVolumeTask GetPasswordData",
    "ec2-instance-connect": "SendSSHPublicKey SendSerialConsoleSSHPublicKey",
  },
  ecs: { ecs: "ExecuteCommand UpdateService RegisterTaskDefinition" },
  lambda: { lambda: "UpdateFunctionCode UpdateFunctionConfiguration" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Calls on a launch template: the next host that is started from it runs what they say. */
export const templateCalls = "CreateLaunchTemplateVersion ModifyLaunchTemplate";
