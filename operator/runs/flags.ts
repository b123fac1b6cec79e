import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

export const topFlag = Flag.Int("top").pipe(
  Flag.withDescription("How many movies; default: the stack's setting"),
  Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 250 }))),
  Flag.optional
)
export const waitFlag = Flag.Boolean("wait").pipe(
  Flag.withDescription("Follow the run until it has ended, or needs an operator"),
  Flag.withDefault(false)
)
