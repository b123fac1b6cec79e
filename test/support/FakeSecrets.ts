import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Secrets, SecretUnreadable } from "../../services/Secrets.ts"

/** The first key is the remembered one; each reading afresh takes the next, and the last one from then on. */
export class FakeSecrets {
  readonly keys: Array<string>
  unreadable = false
  readAfresh = 0

  constructor(...keys: ReadonlyArray<string>) {
    this.keys = [...keys]
  }

  private readonly current = Effect.suspend(() =>
    this.unreadable
      ? new SecretUnreadable({ secret: "the-secret", detail: "AccessDeniedException: no" })
      : Effect.succeed(Redacted.make(this.keys[0] ?? "key"))
  )

  readonly layer = Layer.succeed(Secrets)({
    omdbApiKey: this.current,
    omdbApiKeyAfterRejection: () =>
      Effect.suspend(() => {
        this.readAfresh++
        if (this.keys.length > 1) this.keys.shift()
        return this.current
      })
  })
}
