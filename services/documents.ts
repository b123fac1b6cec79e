import { Buffer } from "node:buffer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type ObjectMissing, ObjectUnwritable, type ReadError } from "./objectErrors.ts"
import { S3 } from "./S3.ts"

/** The object is not a valid document of its type: not JSON, or a field is missing or wrong. */
export class DocumentInvalid extends Schema.TaggedError<DocumentInvalid>()("DocumentInvalid", {
  bucket: Schema.String,
  key: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} is not a valid document: ${this.detail}`
  }
}

/** A document as it was read, and the version of its object. */
export interface Stored<A> {
  readonly value: A
  readonly etag: string
}

export type Write = Effect.Effect<void, ObjectUnwritable>
export type Read<A> = Effect.Effect<Stored<A>, ReadError | DocumentInvalid>
export type ReadText = Effect.Effect<Stored<string>, ReadError>

/** Reads and writes the documents of a bucket, each up to `maxDocumentBytes`. */
export const documentsIn = (bucket: string) =>
  Effect.map(S3, ({ getText, putText }) => {
    const writeText = (key: string, text: string, contentType: string): Write => {
      const bytes = Buffer.byteLength(text)
      if (bytes <= maxDocumentBytes) return putText({ bucket, key }, text, contentType)
      const detail = `it has ${bytes} bytes, more than the limit of ${maxDocumentBytes}`
      return new ObjectUnwritable({ bucket, key, detail })
    }
    const readText = (key: string): ReadText =>
      Effect.map(getText({ bucket, key }, { maxBytes: maxDocumentBytes }), ({ text, etag }) => ({ value: text, etag }))

    const json = <A, I>(schema: Schema.Codec<A, I>) => {
      const codec = Schema.fromJsonString(schema)
      const encode = Schema.encodeSync(codec)
      const decodeText = Schema.decodeUnknownEffect(codec)
      const decode = (key: string, text: string) =>
        Effect.mapError(
          decodeText(text),
          ({ message }) => new DocumentInvalid({ bucket, key, detail: message.replace(/\s+/g, " ").slice(0, 1_000) })
        )
      return {
        encode,
        decode,
        write: (key: string, value: A): Write => writeText(key, encode(value), jsonType),
        read: (key: string): Read<A> =>
          Effect.flatMap(readText(key), ({ value, etag }) =>
            Effect.map(decode(key, value), (value) => ({ value, etag }))
          )
      }
    }
    return { writeText, readText, json }
  })

export const csvType = "text/csv; charset=utf-8"
export const jsonType = "application/json"

/** None where there is no object. */
export const whenPresent = <A>(read: Read<A>): Effect.Effect<Option.Option<A>, PresentReadError> =>
  read.pipe(
    Effect.map(({ value }) => Option.some(value)),
    Effect.catchTag("ObjectMissing", () => Effect.succeedNone)
  )

/** None where there is no object, or one that is not a valid document. */
export const whenValid = <A>(read: Read<A>) =>
  Effect.catchTag(whenPresent(read), "DocumentInvalid", () => Effect.succeedNone)

type PresentReadError = Exclude<ReadError, ObjectMissing> | DocumentInvalid

/**
 * In bytes, for what is written and for what is read. The CSV of 250 movies with every text at its longest has 22 MB, and
 * the other documents are smaller. A movie usually takes 2,000 bytes in each.
 */
export const maxDocumentBytes = 25_000_000
