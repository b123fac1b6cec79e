import * as Flag from "effect/cli/Flag"

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("One JSON document on stdout, for scripts"),
  Flag.withDefault(false)
)
