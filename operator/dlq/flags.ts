import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

/** Message ids, or unique beginnings of them; empty for all messages. */
export const idFlag = Flag.String("id").pipe(
  Flag.withDescription("A message by its id as dlq show prints it, or a longer part of it; may be repeated"),
  Flag.withSchema(Schema.String.check(Schema.isMinLength(4))),
  Flag.atLeast(0)
)

export const editFlag = Flag.Boolean("edit").pipe(
  Flag.withDescription("With one --id: change the payload in $VISUAL or $EDITOR first"),
  Flag.withDefault(false)
)

export const payloadFlag = Flag.String("payload").pipe(
  Flag.withDescription("With one --id: a file with the payload to send instead; - for standard input"),
  Flag.optional
)
