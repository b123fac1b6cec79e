import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"

/** The command did its work, and what it is about is not in order: exit code 2. */
export class Unfinished extends Schema.TaggedError<Unfinished>()("Unfinished", { sentence: Schema.String }) {
  override readonly [Runtime.errorExitCode] = 2
  override get message(): string {
    return this.sentence
  }
}
