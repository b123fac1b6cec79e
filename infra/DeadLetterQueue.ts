import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"

/** Messages that need an operator: kept for 14 days, the maximum of SQS. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue
  readonly #name: string

  constructor(name: string, args: { readonly fifoQueue?: boolean }, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DeadLetterQueue", name, {}, opts)
    this.#name = name
    this.queue = new aws.sqs.Queue(
      name,
      { ...args, messageRetentionSeconds: 14 * 86_400, sqsManagedSseEnabled: true },
      { parent: this }
    )
    this.registerOutputs({ queue: this.queue.url })
  }

  /** Only this source may use the queue as its dead-letter queue. */
  restrictToSource(source: aws.sqs.Queue): void {
    new aws.sqs.RedriveAllowPolicy(
      `${this.#name}-source`,
      {
        queueUrl: this.queue.url,
        redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [source.arn] })
      },
      { parent: this }
    )
  }
}
