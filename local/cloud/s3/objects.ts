import type { IncomingHttpHeaders, Server } from "node:http"
import { AwsError } from "../AwsError.ts"
import type { CloudEvents, ObjectCreated } from "../cloudEvents.ts"
import { pathOf } from "../protocol.ts"
import type { Caller, Reply } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import type { KeyIndex, ObjectEntry } from "./KeyIndex.ts"
import type { Bucket } from "./s3.ts"
import { bucketArn, type S3Request } from "./s3Request.ts"

/** Work under the same name is done one after another, in the order it came; a failure holds nobody up. */
export const makeLocks = () => {
  const tails = new Map<string, Promise<unknown>>()

  return async <A>(name: string, work: () => Promise<A>): Promise<A> => {
    const turn = Promise.resolve(tails.get(name)).then(work)
    const tail = turn.catch(() => undefined)
    tails.set(name, tail)
    try {
      return await turn
    } finally {
      if (tails.get(name) === tail) tails.delete(name)
    }
  }
}

const bare = (eTag: string): string => eTag.replaceAll('"', "").trim()

const failed = (condition: string): AwsError =>
  new AwsError(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    details: { Condition: condition }
  })

/** What a write may ask of the object that is there now; fauxqs ignores it. */
export const requirePreconditions = (headers: IncomingHttpHeaders, current: ObjectEntry | undefined): void => {
  const absent = headers["if-none-match"]
  if (absent !== undefined && absent !== "*") {
    throw new AwsError(501, "NotImplemented", "A header you provided implies functionality that is not implemented", {
      details: { Header: "If-None-Match" }
    })
  }
  if (absent === "*" && current !== undefined) throw failed("If-None-Match")

  const expected = headers["if-match"]
  if (expected === undefined) return
  if (current === undefined) throw new AwsError(404, "NoSuchKey", "The specified key does not exist.")
  if (bare(expected) !== bare(current.eTag)) throw failed("If-Match")
}

/** Ever greater numbers of 16 hex digits, beginning with the time, so that those of a later run are greater still. */
export const makeSequencer = (): (() => string) => {
  let last = BigInt(Date.now()) << 20n
  return () => {
    last += 1n
    return last.toString(16).toUpperCase().padStart(16, "0")
  }
}

/** The objects lie in fauxqs; their conditions, their order and the events of them are added here. */
export const makeObjects = (fauxqs: Server, events: CloudEvents) => {
  const inTurn = makeLocks()
  const nextSequencer = makeSequencer()

  // Without a content type fauxqs breaks on an empty object; S3 itself assumes this one.
  const forward = ({ method, target, headers, body }: S3Request): Promise<Reply> =>
    sendInMemory(fauxqs, { method, target, headers: { "content-type": "binary/octet-stream", ...headers }, body })

  /** Enters an object as it now is, however it was written. */
  const enter = async (index: KeyIndex, key: string, path: string) => {
    const { headers } = await sendInMemory(fauxqs, { method: "HEAD", target: path, headers: { host: "127.0.0.1" } })
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
      if (reply.status === 404)
        caller.requirePermission({ action: "s3:ListBucket", resources: [bucketArn(request.bucket)] })
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
