import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { DeadLetterQueue } from "./DeadLetterQueue.ts"

const day = 86_400

export interface WorkQueueArgs {
  /** The timeout of the consuming function, in seconds. */
  readonly consumerTimeoutSeconds: number
  /** Receives of a message before it is moved to the dead-letter queue. */
  readonly maxReceiveCount: number
  /** How long a message is kept. */
  readonly retentionDays: number
  /** Ordered within a message group; a deduplication id is accepted once in five minutes. */
  readonly fifo?: boolean
}

/** A queue that one function consumes, with its dead-letter queue. */
export class WorkQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue
  readonly deadLetters: aws.sqs.Queue
  readonly consumerTimeoutSeconds: number
  readonly maxReceiveCount: number

  constructor(name: string, args: WorkQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:WorkQueue", name, {}, opts)
    this.consumerTimeoutSeconds = args.consumerTimeoutSeconds
    this.maxReceiveCount = args.maxReceiveCount
    const fifo = args.fifo === true ? { fifoQueue: true } : {}

    const deadLetters = new DeadLetterQueue(`${name}-dead-letters`, fifo, { parent: this })
    this.deadLetters = deadLetters.queue
    this.queue = new aws.sqs.Queue(
      name,
      {
        ...fifo,
        // AWS recommends six times the function's timeout for event sources, so that throttled invocations can be retried.
        visibilityTimeoutSeconds: 6 * args.consumerTimeoutSeconds,
        messageRetentionSeconds: args.retentionDays * day,
        sqsManagedSseEnabled: true,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: args.maxReceiveCount
        })
      },
      { parent: this }
    )
    deadLetters.restrictToSource(this.queue)
    this.registerOutputs({ queue: this.queue.url, deadLetters: this.deadLetters.url })
  }
}
