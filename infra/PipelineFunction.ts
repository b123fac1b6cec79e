import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { bundle } from "./bundle.ts"
import type { Grant } from "./grants.ts"
import { allowPolicy, trustPolicy } from "./policyDocument.ts"

export interface PipelineFunctionArgs {
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly logRetentionDays: number
  readonly grants: ReadonlyArray<Grant>
}

/**
 * One stage of the pipeline: the handler file of the same name, bundled, under a role of its own that may do what its
 * grants say and write its own log.
 */
export class PipelineFunction extends pulumi.ComponentResource {
  /** The handler file's name. */
  readonly handler: string
  readonly function: aws.lambda.Function
  /** Triggers wait for it: a mapping made before the role may poll is refused by Lambda. */
  readonly policy: aws.iam.RolePolicy

  constructor(name: string, args: PipelineFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:PipelineFunction", name, {}, opts)
    this.handler = name
    const child = { parent: this }
    const logs = new aws.cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: args.logRetentionDays }, child)
    const role = new aws.iam.Role(
      `${name}-role`,
      { description: `What ${name} runs as`, assumeRolePolicy: trustPolicy("lambda.amazonaws.com") },
      child
    )
    const writesItsLog = {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logs.arn}:log-stream:*`]
    }
    this.policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: allowPolicy([...args.grants.flatMap((grant) => grant.statements), writesItsLog]) },
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
        environment: { variables: Object.assign({}, ...args.grants.map((grant) => grant.env)) },
        loggingConfig: { logFormat: "JSON", logGroup: logs.name }
      },
      { ...child, dependsOn: [this.policy] }
    )
    this.registerOutputs({ function: this.function.arn })
  }
}
