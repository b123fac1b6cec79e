import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { type Grant, mayConsume } from "./grants.ts"
import { PipelineFunction } from "./PipelineFunction.ts"
import type { WorkQueue } from "./WorkQueue.ts"

export interface QueueStageArgs {
  /** The queue that the stage consumes. Its `consumerTimeoutSeconds` is the function's timeout. */
  readonly queue: WorkQueue
  readonly batchSize: number
  /**
   * For a queue with many messages of a run. Default: none, since a limit costs money: Lambda then polls the idle queue over
   * five connections, and otherwise over two. See docs/decisions/0012.
   */
  readonly maximumConcurrency?: number
  readonly memoryMb: number
  readonly logRetentionDays: number
  /** In addition to consuming the queue. */
  readonly grants: ReadonlyArray<Grant>
}

/** A stage that consumes a queue: its function, the permissions, and the event source mapping between them. */
export class QueueStage extends pulumi.ComponentResource {
  /** The handler file's name. */
  readonly handler: string
  readonly function: aws.lambda.Function
  readonly logs: aws.cloudwatch.LogGroup
  readonly queue: WorkQueue

  constructor(name: string, args: QueueStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:QueueStage", name, {}, opts)
    const child = { parent: this }
    const { queue, batchSize, maximumConcurrency, grants, ...settings } = args
    const consumer = new PipelineFunction(
      name,
      { ...settings, timeoutSeconds: queue.consumerTimeoutSeconds, grants: [mayConsume(queue), ...grants] },
      child
    )
    this.handler = name
    this.function = consumer.function
    this.logs = consumer.logs
    this.queue = queue
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: queue.queue.arn,
        functionName: consumer.function.name,
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        // Not the function's reserved concurrency, which cannot be set in a new account, whose limit is 10.
        ...(maximumConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency } })
      },
      { ...child, dependsOn: [consumer.policy] }
    )
    this.registerOutputs({ function: this.function.arn })
  }
}
