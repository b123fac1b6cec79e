/** The run could not be started: exit code 1 and this one sentence, which names what, where and the way out. */
export class CannotRun extends Error {
  override readonly name = "CannotRun"
}
