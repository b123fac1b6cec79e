import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A call that was answered with an error, or not at all; whether it was carried out is another matter. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { detail: Schema.String }) {}

export interface Call {
  readonly service: "s3" | "sqs" | "dynamodb" | "secretsmanager" | "omdb"
  /** The API's name for it, such as PutObject. */
  readonly operation: string
  /** A key, or a queue's, table's or secret's name. */
  readonly resource: string
}

/**
 * How calls of the model go. `perform` does what is asked, all at once, at the time that it is given; whoever makes the
 * weather decides when, whether, and whether the caller hears of it.
 */
export class Weather extends Context.Reference<{
  readonly call: <A>(call: Call, perform: (now: number) => A) => Effect.Effect<A, Refused>
  /** Whether one entry of a batch is taken. */
  readonly takesEntry: Effect.Effect<boolean>
  /** How far behind an index is, in milliseconds. */
  readonly indexLag: () => number
}>("imdb-etl/test/model/Weather", {
  defaultValue: () => ({
    call: (_, perform) => Effect.map(Clock.currentTimeMillis, perform),
    takesEntry: Effect.succeed(true),
    indexLag: () => 0
  })
}) {}

export const call = <A>(call: Call, perform: (now: number) => A): Effect.Effect<A, Refused> =>
  Effect.flatMap(Weather, (weather) => weather.call(call, perform))
