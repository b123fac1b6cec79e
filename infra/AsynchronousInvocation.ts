import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import type { PipelineFunction } from "./PipelineFunction.ts"

/**
 * The retries of an asynchronous invocation: two, then Lambda sends the event, with its error, to the queue. The
 * function's role needs `mayDeliverDeadLetters`.
 */
export class AsynchronousInvocation extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly of: PipelineFunction; readonly deadLetters: aws.sqs.Queue },
    opts?: pulumi.ComponentResourceOptions
  ) {
    super("imdb-etl:index:AsynchronousInvocation", name, {}, opts)
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: args.of.function.name,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 6 * 3600,
        destinationConfig: { onFailure: { destination: args.deadLetters.arn } }
      },
      { parent: this, dependsOn: [args.of.policy] }
    )
    this.registerOutputs({})
  }
}
