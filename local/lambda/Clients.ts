import { SQSClient } from "@aws-sdk/client-sqs"
import type { LambdaCloud } from "./LambdaCloud.ts"

/** SQS as a given principal sees it: what AWS does on someone's behalf is allowed to do no more than they are. */
export class Clients {
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
