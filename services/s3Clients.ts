import { S3Client } from "@aws-sdk/client-s3"
import * as Effect from "effect/Effect"
import { AwsSite } from "./AwsSite.ts"
import { clientOptions } from "./awsClient.ts"

/** A client per region, made when first asked for; no region is its own. */
export const clientPerRegion = Effect.gen(function* () {
  const site = yield* AwsSite
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
      ...site,
      followRegionRedirects: true,
      ...(region === undefined ? {} : { region })
    })
    clients.set(region, client)
    return client
  }
})
