import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import { startLambda } from "../../../local/lambda/Lambda.ts"
import { cloudSite } from "./cloudTarget.ts"
import { ask } from "./scratchResources.ts"

/** A local cloud in this process, for the script alone; it has no call that makes a secret or a notification. */
export const localCloudSite = Layer.unwrap(
  Effect.gen(function* () {
    const { cloud, lambda } = yield* Effect.acquireRelease(
      ask("local cloud", async () => {
        const cloud = await startCloud({ region: "eu-central-1" })
        return { cloud, lambda: startLambda(cloud, { fastForward: false }) }
      }),
      ({ cloud, lambda }) => Effect.promise(() => lambda.stop().then(cloud.stop))
    )
    const { endpoint, region, admin, secrets } = cloud
    const { accessKeyId, secretAccessKey } = admin
    return cloudSite({
      name: "local cloud",
      aws: { endpoint, region, credentials: { accessKeyId, secretAccessKey } },
      visibilitySeconds: 4,
      pollSeconds: 0,
      settling: 0,
      patience: "20 seconds",
      newSecret: (name) =>
        Effect.sync(() => {
          const id = secrets.create(name)
          return { id, set: (text) => Effect.sync(() => secrets.put(id, text)) }
        }),
      notify: (bucket, { arn }) =>
        ask(`notification of ${bucket}`, () =>
          lambda.createBucketNotification({
            bucket,
            queues: [{ queueArn: arn, events: ["s3:ObjectCreated:*"], filterPrefix: "csv/", filterSuffix: ".csv" }]
          })
        )
    })
  })
)
