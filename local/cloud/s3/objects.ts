import type { Server } from "node:http"
import { ask } from "../ask.ts"
import type { Events, ObjectCreated } from "../events.ts"
import type { Caller, Reply } from "../Service.ts"
import { pathOf } from "../target.ts"
import type { Bucket } from "./buckets.ts"
import type { KeyIndex } from "./KeyIndex.ts"
import { makeLocks } from "./locks.ts"
import { bucketArn, type S3Request } from "./operations.ts"
import { requirePreconditions } from "./preconditions.ts"
import { makeSequencer } from "./sequencer.ts"

/** The objects lie in fauxqs; their conditions, their order and the events of them are added here. */
export const makeObjects = (fauxqs: Server, events: Events) => {
  const inTurn = makeLocks()
  const nextSequencer = makeSequencer()

  // Without a content type fauxqs breaks on an empty object; S3 itself assumes this one.
  const forward = ({ method, target, headers, body }: S3Request): Promise<Reply> =>
    ask(fauxqs, { method, target, headers: { "content-type": "binary/octet-stream", ...headers }, body })

  /** Enters an object as it now is, however it was written. */
  const enter = async (index: KeyIndex, key: string, path: string) => {
    const { headers } = await ask(fauxqs, { method: "HEAD", target: path, headers: { host: "127.0.0.1" } })
    const size = Number(headers["content-length"])
    const eTag = String(headers["etag"])
    index.put({ key, size, eTag, lastModified: new Date(String(headers["last-modified"])) })
    return { size, eTag: eTag.replaceAll('"', "") }
  }

  return {
    forward,

    read: async (request: S3Request, caller: Caller): Promise<Reply> => {
      const reply = await forward(request)
      // Only those who may list a bucket are told that a key is not there.
      if (reply.status === 404) caller.require({ action: "s3:ListBucket", resources: [bucketArn(request.bucket)] })
      return reply
    },

    /** One write to a key at a time: its conditions still hold when it happens, and events come in the order of writes. */
    write: (
      request: S3Request,
      bucket: Bucket,
      caller: Caller,
      eventName: ObjectCreated["eventName"]
    ): Promise<Reply> =>
      inTurn(`${bucket.name}/${request.key}`, async () => {
        const { key, headers, target } = request
        requirePreconditions(headers, bucket.index.get(key))
        const reply = await forward(request)
        if (reply.status >= 300) return reply
        events.emit("objectCreated", {
          bucket: bucket.name,
          key,
          ...(await enter(bucket.index, key, pathOf(target))),
          sequencer: nextSequencer(),
          eventName,
          principal: caller.principalArn,
          at: Date.now()
        })
        return reply
      }),

    remove: (request: S3Request, { name, index }: Bucket): Promise<Reply> =>
      inTurn(`${name}/${request.key}`, async () => {
        requirePreconditions(request.headers, index.get(request.key))
        const reply = await forward(request)
        if (reply.status < 300) index.delete(request.key)
        return reply
      })
  }
}
