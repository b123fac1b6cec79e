import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A key that is absent when its value is unusable: one garbled field of a foreign answer must not cost the movie. */
export const orAbsent = <S extends Schema.Constraint>(usable: S) =>
  Schema.optionalKey(usable).pipe(Schema.catchDecoding(() => Effect.succeedNone))
