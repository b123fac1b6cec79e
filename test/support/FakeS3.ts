import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunStore } from "../../services/RunStore.ts"
import { ObjectMissing, ObjectTooLarge, ObjectUnreadable, ObjectUnwritable, S3 } from "../../services/S3.ts"
import { moviesBucket } from "./settings.ts"

/** Buckets in memory. `unwritable` names the keys that cannot be put, `writes` tells every put in its order. */
export class FakeS3 {
  readonly objects = new Map<string, string>()
  readonly writes: Array<string> = []
  readonly reads: Array<{ readonly bucket: string; readonly key: string; readonly region?: string }> = []
  unwritable: (key: string) => boolean = () => false
  unreadable: (key: string) => boolean = () => false

  /** The object as parsed JSON; undefined where there is none. */
  json(bucket: string, key: string): unknown {
    const text = this.objects.get(`${bucket}/${key}`)
    return text === undefined ? undefined : JSON.parse(text)
  }

  private readonly s3 = Layer.succeed(S3)({
    getText: (object, { maxBytes }) =>
      Effect.gen({ self: this }, function* () {
        const { bucket, key } = object
        this.reads.push(object)
        if (this.unreadable(key)) {
          return yield* new ObjectUnreadable({ bucket, key, detail: "AccessDenied: Access Denied" })
        }
        const text = this.objects.get(`${bucket}/${key}`)
        if (text === undefined) return yield* new ObjectMissing({ bucket, key })
        const size = Buffer.byteLength(text)
        if (size > maxBytes) return yield* new ObjectTooLarge({ bucket, key, size, maxBytes })
        return { text, etag: String(size) }
      }),
    putText: ({ bucket, key }, text) =>
      Effect.suspend(() => {
        if (this.unwritable(key)) return new ObjectUnwritable({ bucket, key, detail: "SlowDown: Please slow down" })
        this.objects.set(`${bucket}/${key}`, text)
        this.writes.push(key)
        return Effect.void
      }),
    list: (bucket, prefix) =>
      Effect.sync(() =>
        [...this.objects]
          .filter(([place]) => place.startsWith(`${bucket}/${prefix}`))
          .map(([place, text]) => ({
            key: place.slice(bucket.length + 1),
            etag: String(Buffer.byteLength(text)),
            size: Buffer.byteLength(text)
          }))
          .sort((one, other) => (one.key < other.key ? -1 : 1))
      )
  })

  readonly layer = RunStore.layerFor(moviesBucket).pipe(Layer.provideMerge(this.s3))
}
