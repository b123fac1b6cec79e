import { S3Client } from "@aws-sdk/client-s3"
import * as Effect from "effect/Effect"
import { AwsClientSettings, clientOptions } from "./AwsClient.ts"

/** One client per region, created on first use. Undefined is the default region. */
export const clientPerRegion = Effect.gen(function* () {
  const settings = yield* AwsClientSettings
  const clients = new Map<string | undefined, S3Client>()
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const client of clients.values()) client.destroy()
    })
  )
  return (region?: string): S3Client => {
    const known = clients.get(region)
    if (known !== undefined) return known
    const client = new S3Client({
      ...clientOptions,
      ...settings,
      followRegionRedirects: true,
      ...(region === undefined ? {} : { region })
    })
    clients.set(region, client)
    return client
  }
})
