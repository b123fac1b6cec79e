import type { IncomingHttpHeaders, Server } from "node:http"
import type { CloudEvents } from "../cloudEvents.ts"
import { pathOf } from "../protocol.ts"
import { AwsError, type Caller, type Reply } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import type { ObjectEntry } from "./listObjectsV2.ts"
import { bucketArn, type S3Request } from "./s3Request.ts"

export interface Bucket {
  readonly name: string
  readonly region: string
  /** By key. */
  readonly entries: Map<string, ObjectEntry>
}

/** Runs tasks of the same name one after another, in the order of the calls. */
const makeQueueByName = () => {
  const tails = new Map<string, Promise<unknown>>()

  return async <A>(name: string, task: () => Promise<A>): Promise<A> => {
    const result = Promise.resolve(tails.get(name)).then(task)
    const tail = result.catch(() => undefined)
    tails.set(name, tail)
    try {
      return await result
    } finally {
      if (tails.get(name) === tail) tails.delete(name)
    }
  }
}

/** Increasing numbers of 16 hexadecimal digits that begin with the time: those of a later run are greater. */
const makeSequencer = (): (() => string) => {
  let last = BigInt(Date.now()) << 20n
  return () => {
    last += 1n
    return last.toString(16).toUpperCase().padStart(16, "0")
  }
}

const withoutQuotes = (eTag: string): string => eTag.replaceAll('"', "").trim()

const preconditionFailed = (condition: string): AwsError =>
  new AwsError(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    details: { Condition: condition }
  })

/** The conditions of a write on the current object; fauxqs ignores them. */
const requirePreconditions = (headers: IncomingHttpHeaders, current: ObjectEntry | undefined): void => {
  const noneMatch = headers["if-none-match"]
  if (noneMatch !== undefined && noneMatch !== "*") {
    throw new AwsError(501, "NotImplemented", "A header you provided implies functionality that is not implemented", {
      details: { Header: "If-None-Match" }
    })
  }
  if (noneMatch === "*" && current !== undefined) throw preconditionFailed("If-None-Match")

  const match = headers["if-match"]
  if (match === undefined) return
  if (current === undefined) throw new AwsError(404, "NoSuchKey", "The specified key does not exist.")
  if (withoutQuotes(match) !== withoutQuotes(current.eTag)) throw preconditionFailed("If-Match")
}

/** fauxqs stores the objects; this adds conditional writes, the entries of listings and events. */
export const makeObjects = (fauxqs: Server, events: CloudEvents) => {
  const oneAtATime = makeQueueByName()
  const nextSequencer = makeSequencer()

  // Without a content type fauxqs fails on an empty object. S3 assumes this one.
  const forward = ({ method, target, headers, body }: S3Request): Promise<Reply> =>
    sendInMemory(fauxqs, { method, target, headers: { "content-type": "binary/octet-stream", ...headers }, body })

  const readEntry = async (key: string, path: string): Promise<ObjectEntry> => {
    const { headers } = await sendInMemory(fauxqs, { method: "HEAD", target: path, headers: { host: "127.0.0.1" } })
    return {
      key,
      size: Number(headers["content-length"]),
      eTag: String(headers["etag"]),
      lastModified: new Date(String(headers["last-modified"]))
    }
  }

  return {
    forward,

    read: async (request: S3Request, caller: Caller): Promise<Reply> => {
      const reply = await forward(request)
      // Without permission to list the bucket, S3 answers AccessDenied for a key that does not exist.
      if (reply.status === 404) {
        caller.requirePermission({ action: "s3:ListBucket", resources: [bucketArn(request.bucket)] })
      }
      return reply
    },

    /** One write to a key at a time: its preconditions still hold, and events have the order of the writes. */
    write: (request: S3Request, bucket: Bucket, caller: Caller): Promise<Reply> =>
      oneAtATime(`${bucket.name}/${request.key}`, async () => {
        const { key, headers, target } = request
        requirePreconditions(headers, bucket.entries.get(key))
        const reply = await forward(request)
        if (reply.status >= 300) return reply
        const entry = await readEntry(key, pathOf(target))
        bucket.entries.set(key, entry)
        events.emit("objectCreated", {
          bucket: bucket.name,
          key,
          size: entry.size,
          eTag: withoutQuotes(entry.eTag),
          sequencer: nextSequencer(),
          eventName: "ObjectCreated:Put",
          principal: caller.principalArn,
          at: Date.now()
        })
        return reply
      }),

    /** Stores an object that an earlier run wrote: without an event. */
    restore: (bucket: Bucket, key: string, body: Uint8Array): Promise<void> =>
      oneAtATime(`${bucket.name}/${key}`, async () => {
        const target = `/${bucket.name}/${key.split("/").map(encodeURIComponent).join("/")}`
        const headers = { host: "127.0.0.1", "content-type": "binary/octet-stream" }
        const { status } = await sendInMemory(fauxqs, { method: "PUT", target, headers, body: Buffer.from(body) })
        if (status !== 200) throw new Error(`The object ${key} was not stored: status ${status}`)
        bucket.entries.set(key, await readEntry(key, target))
      }),

    remove: (request: S3Request, { name, entries }: Bucket): Promise<Reply> =>
      oneAtATime(`${name}/${request.key}`, async () => {
        requirePreconditions(request.headers, entries.get(request.key))
        const reply = await forward(request)
        if (reply.status < 300) entries.delete(request.key)
        return reply
      })
  }
}
