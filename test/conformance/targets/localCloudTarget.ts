import * as Effect from "effect/Effect"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import { startLambda } from "../../../local/lambda/Lambda.ts"
import { startCloudTarget } from "./cloudTarget.ts"
import { callFor } from "./scratchResources.ts"

/** A local cloud in this process. It has no API calls that create a secret or a notification. */
export const startLocalCloudTarget = Effect.gen(function* () {
  const { cloud, lambda } = yield* Effect.acquireRelease(
    callFor("local cloud", async () => {
      const cloud = await startCloud({ region: "eu-central-1" })
      return { cloud, lambda: startLambda(cloud, { fastForward: false }) }
    }),
    ({ cloud, lambda }) => Effect.promise(() => lambda.stop().then(cloud.stop))
  )
  const { endpoint, region, admin, secrets } = cloud
  const { accessKeyId, secretAccessKey } = admin
  return yield* startCloudTarget({
    name: "local cloud",
    settings: { endpoint, region, credentials: { accessKeyId, secretAccessKey } },
    visibilitySeconds: 4,
    pollSeconds: 0,
    queueSettles: 0,
    patience: "20 seconds",
    createSecret: (name) =>
      Effect.sync(() => {
        const id = secrets.create(name)
        return { id, set: (text) => Effect.sync(() => secrets.put(id, text)) }
      }),
    notify: (bucket, { arn }) =>
      callFor(`notification of ${bucket}`, () =>
        lambda.createBucketNotification({
          bucket,
          queues: [{ queueArn: arn, events: ["s3:ObjectCreated:*"], filterPrefix: "csv/", filterSuffix: ".csv" }]
        })
      )
  })
})
