import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { bundle } from "./bundle.ts"
import { environmentOf, type Grant, stackName } from "./grants.ts"
import { allowPolicy, trustPolicy } from "./policyDocument.ts"

export interface PipelineFunctionArgs {
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly logRetentionDays: number
  readonly grants: ReadonlyArray<Grant>
}

/** One stage's function: the bundle of `handlers/<name>.ts`, with a role of its own that has exactly its grants. */
export class PipelineFunction extends pulumi.ComponentResource {
  /** The handler file's name. */
  readonly handler: string
  readonly function: aws.lambda.Function
  readonly logs: aws.cloudwatch.LogGroup
  /** Event source mappings depend on it: Lambda refuses a mapping whose role may not poll the queue yet. */
  readonly policy: aws.iam.RolePolicy

  constructor(name: string, args: PipelineFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:PipelineFunction", name, {}, opts)
    this.handler = name
    const child = { parent: this }
    const grants = [...args.grants, stackName()]
    this.logs = new aws.cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: args.logRetentionDays }, child)
    const role = new aws.iam.Role(
      `${name}-role`,
      { description: `The role of the function ${name}`, assumeRolePolicy: trustPolicy("lambda.amazonaws.com") },
      child
    )
    const writeLogs = {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${this.logs.arn}:log-stream:*`]
    }
    this.policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: allowPolicy([...grants.flatMap(({ statements }) => statements), writeLogs]) },
      child
    )
    this.function = new aws.lambda.Function(
      name,
      {
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: bundle(name),
        role: role.arn,
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMb,
        environment: { variables: environmentOf(grants) },
        loggingConfig: { logFormat: "JSON", logGroup: this.logs.name }
      },
      { ...child, dependsOn: [this.policy] }
    )
    this.registerOutputs({ function: this.function.arn })
  }
}
