import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
const clearLine = "\r\u001B[K"

/** Shows on a terminal what goes on, from the first second on. Nothing may be printed meanwhile. */
export const withSpinner =
  (text: string) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Terminal.Terminal> =>
    Effect.gen(function* () {
      const { canAnimate } = yield* TerminalCapabilities
      const { columns, display } = yield* Terminal.Terminal
      const width = yield* columns
      if (!canAnimate || width === 0) return yield* self
      const line = `${text}…`.slice(0, Math.max(width - 3, 0))
      let frame = -1
      const next = Effect.suspend(() => {
        frame = (frame + 1) % frames.length
        return Effect.ignore(display(`\r${frames[frame]} ${line}`))
      })
      const spin = Effect.delay(Effect.forever(Effect.delay(next, "80 millis")), "1 second")
      const clear = Effect.suspend(() => (frame < 0 ? Effect.void : Effect.ignore(display(clearLine))))
      return yield* Effect.raceFirst(self, spin).pipe(Effect.ensuring(clear))
    })
