import * as Schema from "effect/Schema"
import { Gap } from "./Gap.ts"
import { Instant } from "./Instant.ts"
import { RunDate } from "./RunDate.ts"
import { whole } from "./Values.ts"

/** The last object of a run: what was exported and which objects, by ETag, it was made of. */
export const Manifest = Schema.Struct({
  runDate: RunDate,
  total: whole(1),
  enriched: whole(0),
  gaps: Schema.Array(
    Schema.Struct({
      imdbId: Gap.fields.imdbId,
      rank: Gap.fields.rank,
      title: Gap.fields.title,
      reason: Gap.fields.reason
    })
  ),
  csvKey: Schema.String,
  /** Of the CSV's bytes, in hex. */
  sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)),
  madeOf: Schema.Array(Schema.Struct({ key: Schema.String, etag: Schema.String })),
  completedAt: Instant
})
export type Manifest = typeof Manifest.Type
