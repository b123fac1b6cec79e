import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { DeadLetterQueue } from "./DeadLetterQueue.ts"

const day = 86_400

export interface WorkQueueArgs {
  /** The timeout of the function that works the queue off, in seconds. */
  readonly consumerTimeoutSeconds: number
  /** How often a message is received before it is a dead letter. */
  readonly maxReceiveCount: number
  /** How long an unread message is kept. */
  readonly retentionDays: number
  /** Ordered per message group, each deduplication id once in five minutes. */
  readonly fifo?: boolean
}

/** A queue that one function works off, and the dead-letter queue for what it cannot. */
export class WorkQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue
  readonly deadLetters: aws.sqs.Queue
  readonly consumerTimeoutSeconds: number
  readonly maxReceiveCount: number

  constructor(name: string, args: WorkQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:WorkQueue", name, {}, opts)
    this.consumerTimeoutSeconds = args.consumerTimeoutSeconds
    this.maxReceiveCount = args.maxReceiveCount
    const fifo = args.fifo === true ? { fifoQueue: true } : {}

    const deadLetters = new DeadLetterQueue(`${name}-dead-letters`, fifo, { parent: this })
    this.deadLetters = deadLetters.queue
    this.queue = new aws.sqs.Queue(
      name,
      {
        ...fifo,
        // AWS's rule for event sources: six times the function's timeout, so that throttled polls end no lease early.
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
