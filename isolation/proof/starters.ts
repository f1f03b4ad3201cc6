export interface Starter {
  /** The service that the role is passed to; the role's trust policy must admit it. */
  readonly service: string;
  /** One of these starts what runs with the role. */
  readonly calls: readonly string[];
}

const calls = (prefix: string, ...names: readonly string[]) => names.map((name) => `${prefix}:${name}`);

/**
 * Services that run the caller's code, or calls of the caller's choice, with a role that the caller passes or that hand its
 * credentials out (developer guide of each service, "service role" and "iam:PassRole"). The evaluation's catalogue reads each
 * prefix.
 */
export const starters: readonly Starter[] = [
  {
    service: "ec2.amazonaws.com",
    calls: [
      ...calls("ec2", "RunInstances", "RequestSpotInstances", "RequestSpotFleet", "CreateFleet"),
      ...calls("ec2", "AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"),
      ...calls(
        "autoscaling",
        "CreateAutoScalingGroup",
        "CreateLaunchConfiguration",
        "UpdateAutoScalingGroup",
      ),
      ...calls("batch", "CreateComputeEnvironment", "UpdateComputeEnvironment"),
      ...calls("datapipeline", "PutPipelineDefinition"),
      ...calls("eks", "CreateNodegroup"),
      ...calls("elasticbeanstalk", "CreateEnvironment", "UpdateEnvironment"),
      ...calls("elasticmapreduce", "RunJobFlow"),
      ...calls("imagebuilder", "CreateInfrastructureConfiguration", "UpdateInfrastructureConfiguration"),
    ],
  },
  {
    service: "ecs-tasks.amazonaws.com",
    calls: [
      ...calls("ecs", "RunTask", "StartTask", "CreateService", "UpdateService"),
      ...calls("batch", "SubmitJob"),
    ],
  },
  {
    service: "lambda.amazonaws.com",
    calls: calls("lambda", "CreateFunction", "UpdateFunctionConfiguration"),
  },
  {
    service: "cloudformation.amazonaws.com",
    calls: calls(
      "cloudformation",
      ...["CreateStack", "UpdateStack", "CreateChangeSet"],
      ...["CreateStackSet", "UpdateStackSet", "CreateStackInstances"],
    ),
  },
  {
    service: "codebuild.amazonaws.com",
    calls: calls("codebuild", "CreateProject", "UpdateProject", "StartBuild", "StartBuildBatch"),
  },
  { service: "codepipeline.amazonaws.com", calls: calls("codepipeline", "CreatePipeline", "UpdatePipeline") },
  {
    service: "codedeploy.amazonaws.com",
    calls: calls("codedeploy", "CreateDeploymentGroup", "UpdateDeploymentGroup"),
  },
  {
    service: "glue.amazonaws.com",
    calls: calls(
      "glue",
      ...["CreateJob", "UpdateJob", "CreateSession"],
      ...["CreateDevEndpoint", "UpdateDevEndpoint"],
    ),
  },
  {
    service: "sagemaker.amazonaws.com",
    calls: calls(
      "sagemaker",
      ...["CreateNotebookInstance", "UpdateNotebookInstance", "CreateTrainingJob", "CreateProcessingJob"],
      ...["CreateHyperParameterTuningJob", "CreateModel", "CreatePipeline", "UpdatePipeline"],
      ...["CreateDomain", "UpdateDomain", "CreateUserProfile", "UpdateUserProfile"],
    ),
  },
  {
    service: "states.amazonaws.com",
    calls: calls("states", "CreateStateMachine", "UpdateStateMachine"),
  },
  {
    service: "ssm.amazonaws.com",
    calls: calls(
      "ssm",
      ...["StartAutomationExecution", "CreateAssociation", "UpdateAssociation"],
      ...["RegisterTaskWithMaintenanceWindow", "CreateActivation"],
    ),
  },
  { service: "events.amazonaws.com", calls: calls("events", "PutTargets") },
  { service: "scheduler.amazonaws.com", calls: calls("scheduler", "CreateSchedule", "UpdateSchedule") },
  { service: "pipes.amazonaws.com", calls: calls("pipes", "CreatePipe", "UpdatePipe") },
  { service: "elasticmapreduce.amazonaws.com", calls: calls("elasticmapreduce", "RunJobFlow") },
  { service: "emr-serverless.amazonaws.com", calls: calls("emr-serverless", "StartJobRun") },
  {
    service: "datapipeline.amazonaws.com",
    calls: calls("datapipeline", "CreatePipeline", "PutPipelineDefinition"),
  },
  { service: "apprunner.amazonaws.com", calls: calls("apprunner", "CreateService", "UpdateService") },
  { service: "build.apprunner.amazonaws.com", calls: calls("apprunner", "CreateService", "UpdateService") },
  { service: "tasks.apprunner.amazonaws.com", calls: calls("apprunner", "CreateService", "UpdateService") },
  {
    service: "bedrock-agentcore.amazonaws.com",
    calls: calls(
      "bedrock-agentcore",
      ...["CreateCodeInterpreter", "CreateBrowser", "CreateAgentRuntime", "UpdateAgentRuntime"],
    ),
  },
  { service: "batch.amazonaws.com", calls: calls("batch", "CreateComputeEnvironment") },
  { service: "eks.amazonaws.com", calls: calls("eks", "CreateCluster") },
  {
    service: "pods.eks.amazonaws.com",
    calls: calls("eks", "CreatePodIdentityAssociation", "UpdatePodIdentityAssociation"),
  },
  { service: "eks-fargate-pods.amazonaws.com", calls: calls("eks", "CreateFargateProfile") },
  {
    service: "elasticbeanstalk.amazonaws.com",
    calls: calls("elasticbeanstalk", "CreateEnvironment", "UpdateEnvironment"),
  },
  {
    service: "imagebuilder.amazonaws.com",
    calls: calls("imagebuilder", "CreateImage", "CreateImagePipeline", "UpdateImagePipeline"),
  },
  { service: "braket.amazonaws.com", calls: calls("braket", "CreateJob") },
  { service: "gamelift.amazonaws.com", calls: calls("gamelift", "CreateFleet", "CreateContainerFleet") },
  {
    service: "kinesisanalytics.amazonaws.com",
    calls: calls("kinesisanalytics", "CreateApplication", "UpdateApplication"),
  },
  { service: "omics.amazonaws.com", calls: calls("omics", "StartRun") },
  { service: "amplify.amazonaws.com", calls: calls("amplify", "CreateApp", "UpdateApp") },
  { service: "airflow.amazonaws.com", calls: calls("airflow", "CreateEnvironment", "UpdateEnvironment") },
  { service: "airflow-env.amazonaws.com", calls: calls("airflow", "CreateEnvironment", "UpdateEnvironment") },
  {
    service: "appstream.amazonaws.com",
    calls: calls("appstream", "CreateFleet", "UpdateFleet", "CreateImageBuilder"),
  },
  { service: "apigateway.amazonaws.com", calls: calls("apigateway", "POST", "PUT", "PATCH") },
  { service: "appsync.amazonaws.com", calls: calls("appsync", "CreateDataSource", "UpdateDataSource") },
  { service: "credentials.iot.amazonaws.com", calls: calls("iot", "CreateRoleAlias", "UpdateRoleAlias") },
  { service: "iot.amazonaws.com", calls: calls("iot", "CreateTopicRule", "ReplaceTopicRule") },
  { service: "rolesanywhere.amazonaws.com", calls: calls("rolesanywhere", "CreateProfile", "UpdateProfile") },
  { service: "servicecatalog.amazonaws.com", calls: calls("servicecatalog", "CreateConstraint") },
  {
    service: "credentials.deadline.amazonaws.com",
    calls: calls("deadline", "CreateQueue", "UpdateQueue", "CreateFleet", "UpdateFleet"),
  },
];
