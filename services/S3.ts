import { Readable } from "node:stream"
import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand
} from "@aws-sdk/client-s3"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { detailOf, isNamed } from "./awsClient.ts"
import { clientPerRegion } from "./s3Clients.ts"

const place = { bucket: Schema.String, key: Schema.String }

export class ObjectMissing extends Schema.TaggedError<ObjectMissing>()("ObjectMissing", place) {
  override get message(): string {
    return `There is no object s3://${this.bucket}/${this.key}.`
  }
}

export class ObjectTooLarge extends Schema.TaggedError<ObjectTooLarge>()("ObjectTooLarge", {
  ...place,
  size: Schema.Int,
  maxBytes: Schema.Int
}) {
  override get message(): string {
    return `The object s3://${this.bucket}/${this.key} is ${this.size} bytes long, more than the ${this.maxBytes} allowed.`
  }
}

export class ObjectUnreadable extends Schema.TaggedError<ObjectUnreadable>()("ObjectUnreadable", {
  ...place,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot read s3://${this.bucket}/${this.key}: ${this.detail}`
  }
}

export class ObjectUnwritable extends Schema.TaggedError<ObjectUnwritable>()("ObjectUnwritable", {
  ...place,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot write s3://${this.bucket}/${this.key}: ${this.detail}`
  }
}

interface Place {
  readonly bucket: string
  readonly key: string
}
interface Source extends Place {
  /** Where the bucket lies; the function's own region when left out. */
  readonly region?: string
}
interface Limit {
  readonly maxBytes: number
}
export interface Listed {
  readonly key: string
  readonly etag: string
  /** In bytes. */
  readonly size: number
}

export class S3 extends Context.Service<
  S3,
  {
    /** The object as UTF-8 text, unless it is longer than `maxBytes`: then nothing of it is read. */
    readonly getText: (
      object: Source,
      limit: Limit
    ) => Effect.Effect<
      { readonly text: string; readonly etag: string },
      ObjectMissing | ObjectTooLarge | ObjectUnreadable
    >
    readonly putText: (object: Place, text: string, contentType: string) => Effect.Effect<void, ObjectUnwritable>
    /** Every object under the prefix, over all pages of the listing; ETags without their quotes, as in `getText`. */
    readonly list: (bucket: string, prefix: string) => Effect.Effect<ReadonlyArray<Listed>, ObjectUnreadable>
  }
>()("imdb-etl/services/S3") {
  static readonly layer = Layer.effect(
    S3,
    Effect.gen(function* () {
      const clientIn = yield* clientPerRegion

      const getText = Effect.fn("S3.getText")(function* ({ bucket, key, region }: Source, limit: Limit) {
        const unreadable = (detail: string) => new ObjectUnreadable({ bucket, key, detail })
        // Its scope ends with this read, and the connection of a body left unread with it.
        const abortSignal = yield* Effect.abortSignal
        const { Body, ContentLength, ETag } = yield* Effect.tryPromise({
          try: () => clientIn(region).send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
          catch: (error) =>
            isNamed(error, "NoSuchKey", "NotFound") ? new ObjectMissing({ bucket, key }) : unreadable(detailOf(error))
        })
        letGo(Body)
        if (Body === undefined || ContentLength === undefined) {
          return yield* unreadable("the answer tells no length")
        }
        if (ContentLength > limit.maxBytes) {
          return yield* new ObjectTooLarge({ bucket, key, size: ContentLength, maxBytes: limit.maxBytes })
        }
        const text = yield* Effect.tryPromise({
          try: () => Body.transformToString("utf-8"),
          catch: (error) => unreadable(detailOf(error))
        })
        return { text, etag: unquoted(ETag) }
      }, Effect.scoped)

      const putText = Effect.fn("S3.putText")(({ bucket, key }: Place, text: string, contentType: string) => {
        const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentType })
        return Effect.tryPromise({
          try: (abortSignal) => clientIn().send(command, { abortSignal }),
          catch: (error) => new ObjectUnwritable({ bucket, key, detail: detailOf(error) })
        }).pipe(Effect.asVoid)
      })

      const list = Effect.fn("S3.list")(function* (bucket: string, prefix: string) {
        const listed: Array<Listed> = []
        let token: string | undefined
        do {
          const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token })
          const page: ListObjectsV2CommandOutput = yield* Effect.tryPromise({
            try: (abortSignal) => clientIn().send(command, { abortSignal }),
            catch: (error) => new ObjectUnreadable({ bucket, key: prefix, detail: detailOf(error) })
          })
          for (const { Key, ETag, Size } of page.Contents ?? []) {
            if (Key !== undefined) listed.push({ key: Key, etag: unquoted(ETag), size: Size ?? 0 })
          }
          token = page.NextContinuationToken
        } while (token !== undefined)
        return listed
      })

      return S3.of({ getText, putText, list })
    })
  )
}

// A body left unread is cut off, and of the SDK's checksum around it nobody hears the error, which would end the process.
const letGo = (body: unknown): void => {
  if (body instanceof Readable) body.on("error", () => {})
}

const unquoted = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "")
