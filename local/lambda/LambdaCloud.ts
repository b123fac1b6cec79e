import type { CloudEvents } from "../cloud/cloudEvents.ts"

export interface QueueDepth {
  /** Without what a FIFO queue holds back behind a message in flight. */
  readonly visible: number
  readonly inFlight: ReadonlyArray<WaitingMessage>
  readonly delayed: ReadonlyArray<WaitingMessage>
}

export interface WaitingMessage {
  readonly messageId: string
  /** Epoch milliseconds. */
  readonly visibleAt: number
}

/** What the Lambda platform needs of the cloud around it. */
export interface LambdaCloud {
  readonly endpoint: string
  readonly region: string
  readonly accountId: string
  readonly credentialsFor: (arn: string) => { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly events: CloudEvents
  readonly queues: {
    readonly depth: (queueUrl: string) => Promise<QueueDepth>
    readonly makeVisible: (queueUrl: string, messageId: string) => Promise<unknown>
  }
}
