import * as Effect from "effect/Effect"
import { maxListBytes, parseSourceList, topMovies } from "../../domain/SourceList.ts"
import { S3 } from "../../services/S3.ts"
import { Stack } from "../Stack.ts"
import { findingsOf } from "./Finding.ts"

const { ok, failed, failedCall } = findingsOf("Source list")

/** Reads the source list as stage 1 does. */
export const checkSource = Effect.gen(function* () {
  const { outputs } = yield* Stack
  const { sourceList, top } = outputs
  const { getText } = yield* S3
  const name = `s3://${sourceList.bucket}/${sourceList.key}`
  return yield* getText(sourceList, { maxBytes: maxListBytes }).pipe(
    Effect.flatMap(({ text }) => parseSourceList(text)),
    Effect.tap((list) => topMovies(list, top)),
    Effect.map(({ rows, skipped }) => ok(`${rows.length} usable rows, ${skipped.length} skipped (${name})`)),
    Effect.catchTags({
      ObjectMissing: () => Effect.succeed(failed(`${name} does not exist`, "Check sourceBucket and sourceKey.")),
      ObjectUnreadable: ({ detail }) => failedCall(detail, `${name}: ${detail}`),
      ObjectTooLarge: ({ message }) => Effect.succeed(failed(message, waitForPublisher)),
      SourceListUnusable: ({ detail }) => Effect.succeed(failed(`${name}: ${detail}`, waitForPublisher))
    })
  )
})

const waitForPublisher = "Wait for a good list of its publisher, or set another sourceBucket or sourceKey."
