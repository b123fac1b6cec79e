import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Program } from "../engine/Engine.ts"

const Place = Schema.Struct({ bucket: Schema.String, key: Schema.String, region: Schema.String })

/** Where the program, by its stack output, looks for the source list: a bucket outside the stack, as on AWS. */
export const sourceListPlace = ({ outputs }: Program): typeof Place.Type =>
  Option.getOrThrowWith(
    Schema.decodeUnknownOption(Place)(outputs["sourceList"]),
    () => new Error("The program has no stack output sourceList { bucket, key, region }.")
  )
