import { Readable } from "node:stream"
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type _Object as S3Object
} from "@aws-sdk/client-s3"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { errorDetail, hasErrorName } from "./AwsClient.ts"
import {
  ObjectChanged,
  ObjectMissing,
  ObjectTooLarge,
  ObjectUnreadable,
  ObjectUnwritable,
  type ReadError
} from "./objectErrors.ts"
import { clientPerRegion } from "./s3Clients.ts"

/** The version that a put replaces, or "absent" for an object that must not exist. */
export type PutCondition = { readonly etag: string } | "absent"

interface ObjectLocation {
  readonly bucket: string
  readonly key: string
}
interface RegionalObject extends ObjectLocation {
  /** The region of the bucket. Default: the region of the function. */
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
  /** In milliseconds of the epoch; S3 reports whole seconds. */
  readonly lastModified: number
}

export class S3 extends Context.Service<
  S3,
  {
    /** The object as UTF-8 text. An object over `maxBytes` fails by its Content-Length, before its body is read. */
    readonly getText: (
      object: RegionalObject,
      limit: Limit
    ) => Effect.Effect<{ readonly text: string; readonly etag: string }, ReadError>
    readonly putText: (
      object: ObjectLocation,
      text: string,
      contentType: string
    ) => Effect.Effect<void, ObjectUnwritable>
    /** As `putText`, only while the condition holds. S3 checks it and writes in one step. */
    readonly putTextIf: (
      object: ObjectLocation,
      text: string,
      contentType: string,
      condition: PutCondition
    ) => Effect.Effect<void, ObjectUnwritable | ObjectChanged>
    /** Undefined where there is no object. */
    readonly find: (bucket: string, key: string) => Effect.Effect<ObjectSummary | undefined, ObjectUnreadable>
    /** All objects under the prefix, over all pages of the listing. ETags are without quotes, as in `getText`. */
    readonly list: (bucket: string, prefix: string) => Effect.Effect<ReadonlyArray<ObjectSummary>, ObjectUnreadable>
  }
>()("imdb-etl/services/S3") {
  static readonly layer = Layer.effect(
    S3,
    Effect.gen(function* () {
      const clientIn = yield* clientPerRegion

      const getText = Effect.fn("S3.getText")(function* ({ bucket, key, region }: RegionalObject, limit: Limit) {
        const unreadable = (detail: string) => new ObjectUnreadable({ bucket, key, detail })
        // Aborts when this read's scope closes, which also closes the connection of a body that was not read.
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
          return yield* unreadable("the response has no Content-Length")
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

      const put = <E>(input: PutObjectCommandInput, failure: (error: unknown) => E) =>
        Effect.tryPromise({
          try: (abortSignal) => clientIn().send(new PutObjectCommand(input), { abortSignal }),
          catch: failure
        }).pipe(Effect.asVoid)
      const unwritable = ({ bucket, key }: ObjectLocation, error: unknown) =>
        new ObjectUnwritable({ bucket, key, detail: errorDetail(error) })

      const putText = Effect.fn("S3.putText")((object: ObjectLocation, text: string, contentType: string) =>
        put({ Bucket: object.bucket, Key: object.key, Body: text, ContentType: contentType }, (error) =>
          unwritable(object, error)
        )
      )

      const putTextIf = Effect.fn("S3.putTextIf")(
        (object: ObjectLocation, text: string, contentType: string, condition: PutCondition) => {
          const { bucket, key } = object
          const header = condition === "absent" ? { IfNoneMatch: "*" } : { IfMatch: `"${condition.etag}"` }
          return put({ Bucket: bucket, Key: key, Body: text, ContentType: contentType, ...header }, (error) =>
            // NoSuchKey: the object that is to be replaced is gone.
            hasErrorName(error, "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")
              ? new ObjectChanged({ bucket, key })
              : unwritable(object, error)
          )
        }
      )

      const find = Effect.fn("S3.find")((bucket: string, key: string) =>
        Effect.tryPromise({
          try: (abortSignal) => clientIn().send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
          catch: (error) => error
        }).pipe(
          Effect.map((found) => summaryOf(key, { ...found, Size: found.ContentLength })),
          Effect.catch((error) =>
            hasErrorName(error, "NotFound")
              ? Effect.undefined
              : new ObjectUnreadable({ bucket, key, detail: errorDetail(error) })
          )
        )
      )

      const list = Effect.fn("S3.list")(function* (bucket: string, prefix: string) {
        const listed: Array<ObjectSummary> = []
        let token: string | undefined
        do {
          const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token })
          const page: ListObjectsV2CommandOutput = yield* Effect.tryPromise({
            try: (abortSignal) => clientIn().send(command, { abortSignal }),
            catch: (error) => new ObjectUnreadable({ bucket, key: prefix, detail: errorDetail(error) })
          })
          for (const { Key, ...object } of page.Contents ?? []) {
            if (Key !== undefined) listed.push(summaryOf(Key, object))
          }
          token = page.NextContinuationToken
        } while (token !== undefined)
        return listed
      })

      return S3.of({ getText, putText, putTextIf, find, list })
    })
  )
}

// The abort of an unread body makes the SDK's checksum stream emit an error. Without a listener it ends the process.
const ignoreLateErrors = (body: unknown): void => {
  if (body instanceof Readable) body.on("error", () => {})
}

const summaryOf = (key: string, { ETag, LastModified, Size }: Omit<S3Object, "Key">): ObjectSummary => ({
  key,
  etag: unquoted(ETag),
  size: Size ?? 0,
  lastModified: LastModified?.getTime() ?? 0
})

const unquoted = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "")
