import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunStore } from "../../services/RunStore.ts"
import { ObjectMissing, ObjectTooLarge, ObjectUnwritable, S3 } from "../../services/S3.ts"
import { moviesBucket } from "./settings.ts"

/**
 * The movies bucket as a role sees it that may list some prefixes only: an object that is not there is refused like one
 * that is secret. Its ETags tell the contents apart. `beforeRead` may change what is about to be read.
 */
export class FakeBucket {
  readonly objects = new Map<string, string>()
  /** Every put and read since the beginning, by key. */
  readonly puts: Array<string> = []
  readonly reads: Array<string> = []
  mostReadsAtOnce = 0
  beforeRead: (key: string) => void = () => {}
  unwritable: (key: string) => boolean = () => false
  private readsUnderWay = 0

  put(key: string, content: unknown): void {
    this.objects.set(key, typeof content === "string" ? content : JSON.stringify(content))
  }

  json(key: string): unknown {
    return JSON.parse(this.objects.get(key) ?? "null")
  }

  private readonly s3 = Layer.succeed(S3)({
    getText: ({ bucket, key }, { maxBytes }) =>
      Effect.gen({ self: this }, function* () {
        this.reads.push(key)
        this.readsUnderWay++
        this.mostReadsAtOnce = Math.max(this.mostReadsAtOnce, this.readsUnderWay)
        yield* Effect.yieldNow
        this.readsUnderWay--
        this.beforeRead(key)
        const text = bucket === moviesBucket ? this.objects.get(key) : undefined
        if (text === undefined) {
          return yield* new ObjectMissing({ bucket, key })
        }
        const size = Buffer.byteLength(text)
        if (size > maxBytes) return yield* new ObjectTooLarge({ bucket, key, size, maxBytes })
        return { text, etag: etagOf(text) }
      }),
    putText: ({ bucket, key }, text) =>
      Effect.suspend(() => {
        if (this.unwritable(key)) return new ObjectUnwritable({ bucket, key, detail: "SlowDown: Please slow down" })
        this.objects.set(key, text)
        this.puts.push(key)
        return Effect.void
      }),
    list: (_, prefix) =>
      Effect.sync(() =>
        [...this.objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, text]) => ({ key, etag: etagOf(text), size: Buffer.byteLength(text) }))
          .sort((one, other) => (one.key < other.key ? -1 : 1))
      )
  })

  readonly layer = RunStore.layerFor(moviesBucket).pipe(Layer.provideMerge(this.s3))
}

export const etagOf = (text: string) => createHash("md5").update(text).digest("hex")
