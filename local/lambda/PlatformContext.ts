import { type MessageAttributeValue, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { Cloud } from "../cloud/startCloud.ts"
import { LambdaEvents } from "./LambdaEvents.ts"
import type { VirtualClock } from "./VirtualClock.ts"

/** What functions and triggers share: the cloud, the clock, the events, and SQS with the permissions of a principal. */
export class PlatformContext {
  readonly cloud: Cloud
  readonly clock: VirtualClock
  readonly events = new LambdaEvents()
  readonly #sqsByPrincipal = new Map<string, SQSClient>()

  constructor(cloud: Cloud, clock: VirtualClock) {
    this.cloud = cloud
    this.clock = clock
  }

  /** AWS's services call SQS as a principal: its policies decide what they may do. */
  sqs(principalArn: string): SQSClient {
    const existing = this.#sqsByPrincipal.get(principalArn)
    if (existing !== undefined) return existing
    const { accessKeyId, secretAccessKey } = this.cloud.credentialsFor(principalArn)
    const client = new SQSClient({
      region: this.cloud.region,
      endpoint: this.cloud.endpoint,
      credentials: { accessKeyId, secretAccessKey },
      // AWS's own services retry more often than an SDK does by default.
      maxAttempts: 5
    })
    this.#sqsByPrincipal.set(principalArn, client)
    return client
  }

  queueUrl(queueArn: string): string {
    const [, , , , account, name] = queueArn.split(":")
    return `${this.cloud.endpoint}/${account}/${name}`
  }

  async sendMessage(
    principalArn: string,
    queueArn: string,
    body: string,
    attributes?: Record<string, MessageAttributeValue>
  ): Promise<void> {
    const message = { QueueUrl: this.queueUrl(queueArn), MessageBody: body, MessageAttributes: attributes }
    await this.sqs(principalArn).send(new SendMessageCommand(message))
  }

  /** Emits `refused`, unless the platform is stopping: then calls fail because the cloud is gone. */
  reportRefusal(service: "lambda" | "scheduler" | "s3", resource: string, detail: string): void {
    if (!this.clock.stopped) this.events.emit("refused", { service, resource, detail })
  }

  stop(): void {
    for (const client of this.#sqsByPrincipal.values()) client.destroy()
  }
}

export const errorMessage = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const separator = " for "

/** The principal of a service that acts for a resource: policies see `aws:SourceArn` and `aws:SourceAccount`. */
export const servicePrincipal = (service: string, sourceArn: string): string => `${service}${separator}${sourceArn}`

/** Undefined for every other principal, such as a role's ARN. */
export const parseServicePrincipal = (
  principal: string
): { readonly service: string; readonly sourceArn: string } | undefined => {
  const [service, sourceArn] = principal.split(separator)
  return service === undefined || sourceArn === undefined ? undefined : { service, sourceArn }
}
