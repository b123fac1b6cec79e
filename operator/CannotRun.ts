import * as Schema from "effect/Schema"

/** The command could not do what it is for: exit code 1 and this one sentence, which says what is wrong and the way out. */
export class CannotRun extends Schema.TaggedError<CannotRun>()("CannotRun", { sentence: Schema.String }) {
  override get message(): string {
    return this.sentence
  }
}
