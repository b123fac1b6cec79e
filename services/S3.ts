import { Readable } from "node:stream"
import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client
} from "@aws-sdk/client-s3"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AwsClientSettings, clientOptions, errorDetail, hasErrorName } from "./AwsClient.ts"

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

interface ObjectLocation {
  readonly bucket: string
  readonly key: string
}
interface RegionalObject extends ObjectLocation {
  /** Where the bucket lies; the function's own region when left out. */
  readonly region?: string
}
interface Limit {
  readonly maxBytes: number
}
export interface ObjectSummary {
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
      object: RegionalObject,
      limit: Limit
    ) => Effect.Effect<
      { readonly text: string; readonly etag: string },
      ObjectMissing | ObjectTooLarge | ObjectUnreadable
    >
    readonly putText: (
      object: ObjectLocation,
      text: string,
      contentType: string
    ) => Effect.Effect<void, ObjectUnwritable>
    /** Every object under the prefix, over all pages of the listing; ETags without their quotes, as in `getText`. */
    readonly list: (bucket: string, prefix: string) => Effect.Effect<ReadonlyArray<ObjectSummary>, ObjectUnreadable>
  }
>()("imdb-etl/services/S3") {
  static readonly layer = Layer.effect(
    S3,
    Effect.gen(function* () {
      const clientIn = yield* clientPerRegion

      const getText = Effect.fn("S3.getText")(function* ({ bucket, key, region }: RegionalObject, limit: Limit) {
        const unreadable = (detail: string) => new ObjectUnreadable({ bucket, key, detail })
        // Its scope ends with this read, and the connection of a body left unread with it.
        const abortSignal = yield* Effect.abortSignal
        const { Body, ContentLength, ETag } = yield* Effect.tryPromise({
          try: () => clientIn(region).send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
          catch: (error) =>
            hasErrorName(error, "NoSuchKey", "NotFound")
              ? new ObjectMissing({ bucket, key })
              : unreadable(errorDetail(error))
        })
        ignoreLateErrors(Body)
        if (Body === undefined || ContentLength === undefined) {
          return yield* unreadable("the answer tells no length")
        }
        if (ContentLength > limit.maxBytes) {
          return yield* new ObjectTooLarge({ bucket, key, size: ContentLength, maxBytes: limit.maxBytes })
        }
        const text = yield* Effect.tryPromise({
          try: () => Body.transformToString("utf-8"),
          catch: (error) => unreadable(errorDetail(error))
        })
        return { text, etag: unquoted(ETag) }
      }, Effect.scoped)

      const putText = Effect.fn("S3.putText")(({ bucket, key }: ObjectLocation, text: string, contentType: string) => {
        const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentType })
        return Effect.tryPromise({
          try: (abortSignal) => clientIn().send(command, { abortSignal }),
          catch: (error) => new ObjectUnwritable({ bucket, key, detail: errorDetail(error) })
        }).pipe(Effect.asVoid)
      })

      const list = Effect.fn("S3.list")(function* (bucket: string, prefix: string) {
        const listed: Array<ObjectSummary> = []
        let token: string | undefined
        do {
          const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token })
          const page: ListObjectsV2CommandOutput = yield* Effect.tryPromise({
            try: (abortSignal) => clientIn().send(command, { abortSignal }),
            catch: (error) => new ObjectUnreadable({ bucket, key: prefix, detail: errorDetail(error) })
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
const ignoreLateErrors = (body: unknown): void => {
  if (body instanceof Readable) body.on("error", () => {})
}

const unquoted = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "")

/** A client per region, made when first asked for; no region is its own. */
export const clientPerRegion = Effect.gen(function* () {
  const site = yield* AwsClientSettings
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
