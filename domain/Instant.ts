import * as Schema from "effect/Schema"

/** A moment as the stored JSON tells it and `DateTime.formatIso` writes it: ISO 8601, UTC, `2026-11-21T06:00:00.000Z`. */
export const Instant = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/, {
    expected: "an instant such as 2026-11-21T06:00:00.000Z"
  })
)
export type Instant = typeof Instant.Type
