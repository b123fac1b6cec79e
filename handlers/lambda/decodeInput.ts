import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** What came in is not what this function was made for; it will not be on the next try either. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  what: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The ${this.what} cannot be read: ${this.detail}`
  }
}

export const decodeInput = <A>(what: string, schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownEffect(schema)
  return (input: unknown): Effect.Effect<A, InvalidInput> =>
    Effect.mapError(decode(input), (error) => new InvalidInput({ what, detail: error.message }))
}
