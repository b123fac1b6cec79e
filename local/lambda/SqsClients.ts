import { SQSClient } from "@aws-sdk/client-sqs"
import type { LambdaCloud } from "./LambdaCloud.ts"

/** SQS as a given principal sees it: what AWS does on someone's behalf is allowed to do no more than they are. */
export class SqsClients {
  readonly #cloud: LambdaCloud
  readonly #byPrincipal = new Map<string, SQSClient>()

  constructor(cloud: LambdaCloud) {
    this.#cloud = cloud
  }

  sqs(principalArn: string): SQSClient {
    const known = this.#byPrincipal.get(principalArn)
    if (known !== undefined) return known
    const { accessKeyId, secretAccessKey } = this.#cloud.credentialsFor(principalArn)
    const client = new SQSClient({
      region: this.#cloud.region,
      endpoint: this.#cloud.endpoint,
      credentials: { accessKeyId, secretAccessKey },
      // AWS's own services do not give up as soon as an SDK does.
      maxAttempts: 5
    })
    this.#byPrincipal.set(principalArn, client)
    return client
  }

  queueUrl(queueArn: string): string {
    const [, , , , account, name] = queueArn.split(":")
    return `${this.#cloud.endpoint}/${account}/${name}`
  }

  stop(): void {
    for (const client of this.#byPrincipal.values()) client.destroy()
  }
}

const between = " for "

/** A service acting for a resource, as a principal: policies ask it for its `aws:SourceArn` and `aws:SourceAccount`. */
export const servicePrincipal = (service: string, sourceArn: string): string => `${service}${between}${sourceArn}`

/** Reads such a principal back; undefined for any other, a role's ARN say. */
export const parseServicePrincipal = (
  principal: string
): { readonly service: string; readonly sourceArn: string } | undefined => {
  const [service, sourceArn] = principal.split(between)
  return service === undefined || sourceArn === undefined ? undefined : { service, sourceArn }
}

export const errorMessage = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
