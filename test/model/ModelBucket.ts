import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  ObjectChanged,
  ObjectMissing,
  ObjectTooLarge,
  ObjectUnreadable,
  ObjectUnwritable
} from "../../services/objectErrors.ts"
import { type ObjectSummary, S3 } from "../../services/S3.ts"
import type { ModelAccount } from "./ModelAccount.ts"

export interface ModelObject {
  /** When it was put, in epoch milliseconds. */
  readonly at: number
  readonly key: string
  readonly text: string
  readonly etag: string
  /** Hexadecimal; a later put of the same key has a greater one. */
  readonly sequencer: string
}

/** An S3 bucket: a read after a write returns what was written, and the last write wins. */
export class ModelBucket {
  readonly name: string
  /** Called with each object that is put. */
  onCreated: (object: ModelObject, now: number) => void = () => {}
  /** Every version since the beginning. */
  readonly puts: Array<ModelObject> = []
  private readonly objects = new Map<string, ModelObject>()

  constructor(name: string) {
    this.name = name
  }

  put(now: number, key: string, text: string): void {
    // Sequencers differ in length: S3 omits zeros at the end.
    const sequencer = (0x5f00_0001 + this.puts.length).toString(16).toUpperCase().replace(/0+$/, "")
    const object = { at: now, key, text, etag: createHash("md5").update(text).digest("hex"), sequencer }
    this.puts.push(object)
    this.objects.set(key, object)
    this.onCreated(object, now)
  }

  delete(key: string): void {
    this.objects.delete(key)
  }

  get(key: string): ModelObject | undefined {
    return this.objects.get(key)
  }

  /** The object as parsed JSON; undefined where there is none. */
  json(key: string): unknown {
    const object = this.objects.get(key)
    return object === undefined ? undefined : JSON.parse(object.text)
  }

  /** In the order of the keys' UTF-8 bytes. */
  list(prefix = ""): ReadonlyArray<ModelObject> {
    return [...this.objects.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)))
  }
}

const summaryOf = ({ at, key, etag, text }: ModelObject): ObjectSummary => ({
  key,
  etag,
  size: Buffer.byteLength(text),
  // S3 reports whole seconds.
  lastModified: Math.floor(at / 1000) * 1000
})

export const modelS3 = (account: ModelAccount) =>
  Layer.succeed(S3)({
    getText: Effect.fnUntraced(function* ({ bucket, key, region }, { maxBytes }) {
      const call = { service: "s3", operation: "GetObject", resource: key, region } as const
      const found = yield* account.faults
        .call(call, () => account.buckets.get(bucket)?.get(key))
        .pipe(Effect.mapError(({ detail }) => new ObjectUnreadable({ bucket, key, detail })))
      if (found === undefined) return yield* new ObjectMissing({ bucket, key })
      const size = Buffer.byteLength(found.text)
      if (size > maxBytes) return yield* new ObjectTooLarge({ bucket, key, size, maxBytes })
      return { text: found.text, etag: found.etag }
    }),
    putText: ({ bucket, key }, text) =>
      account.faults
        .call({ service: "s3", operation: "PutObject", resource: key }, (now) =>
          account.buckets.get(bucket)?.put(now, key, text)
        )
        .pipe(Effect.mapError(({ detail }) => new ObjectUnwritable({ bucket, key, detail }))),
    putTextIf: Effect.fnUntraced(function* ({ bucket, key }, text, _contentType, condition) {
      const isPut = yield* account.faults
        .call({ service: "s3", operation: "PutObject", resource: key }, (now) => {
          const etag = account.buckets.get(bucket)?.get(key)?.etag
          if (etag !== (condition === "absent" ? undefined : condition.etag)) return false
          account.buckets.get(bucket)?.put(now, key, text)
          return true
        })
        .pipe(Effect.mapError(({ detail }) => new ObjectUnwritable({ bucket, key, detail })))
      if (!isPut) return yield* new ObjectChanged({ bucket, key })
    }),
    find: (bucket, key) =>
      account.faults
        .call({ service: "s3", operation: "HeadObject", resource: key }, () => {
          const object = account.buckets.get(bucket)?.get(key)
          return object && summaryOf(object)
        })
        .pipe(Effect.mapError(({ detail }) => new ObjectUnreadable({ bucket, key, detail }))),
    list: (bucket, prefix) =>
      account.faults
        .call({ service: "s3", operation: "ListObjectsV2", resource: prefix }, () =>
          (account.buckets.get(bucket)?.list(prefix) ?? []).map(summaryOf)
        )
        .pipe(Effect.mapError(({ detail }) => new ObjectUnreadable({ bucket, key: prefix, detail })))
  })
