import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"

/** The command could not run: exit code 1. The message is one sentence: what is wrong, where, and the next step. */
export class CannotRun extends Schema.TaggedError<CannotRun>()("CannotRun", { message: Schema.String }) {
  override readonly [Runtime.errorExitCode] = 1
}

/** The command ran, and its subject is not in order (gaps, dead letters, a violated invariant): exit code 2. */
export class Incomplete extends Schema.TaggedError<Incomplete>()("Incomplete", { message: Schema.String }) {
  override readonly [Runtime.errorExitCode] = 2
}
