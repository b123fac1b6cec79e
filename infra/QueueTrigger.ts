import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import type { PipelineFunction } from "./PipelineFunction.ts"
import type { WorkQueue } from "./WorkQueue.ts"

export interface QueueTriggerArgs {
  readonly queue: WorkQueue
  readonly consumer: PipelineFunction
  readonly batchSize: number
  /**
   * How many batches run at once, 2 at the least. Limits the load on what the function calls; reserved concurrency would
   * fail on a new account, whose whole limit is 10.
   */
  readonly maximumConcurrency: number
}

/** Runs a function on a queue's messages; only those it reports as failed come back. */
export class QueueTrigger extends pulumi.ComponentResource {
  constructor(name: string, args: QueueTriggerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:QueueTrigger", name, {}, opts)
    new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: args.queue.queue.arn,
        functionName: args.consumer.function.name,
        batchSize: args.batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: args.maximumConcurrency }
      },
      { parent: this, dependsOn: [args.consumer.policy] }
    )
    this.registerOutputs({})
  }
}
