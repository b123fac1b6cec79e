import * as Effect from "effect/Effect"
import type { Subject } from "../Behaviour.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import { expectEqual, expectEventually, expectFailure } from "../expectations.ts"

const source = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"

const check = {
  latest: Effect.gen(function* () {
    const { secret, setSecret, readSecret } = yield* ConformanceTarget
    for (const key of ["a1b2c3d4", "e5f6\u{1F511}"]) {
      yield* setSecret(key)
      yield* expectEventually("The secret", readSecret(secret), key)
    }
  }),

  missing: Effect.gen(function* () {
    const { secret, readSecret } = yield* ConformanceTarget
    const { detail } = yield* expectFailure(
      "A secret that is not there",
      readSecret(`${secret}-no`),
      "SecretUnreadable"
    )
    yield* expectEqual("Why", detail.split(":")[0], "ResourceNotFoundException")
  })
}

export const secrets: Subject = {
  name: "secrets",
  heading: "Secrets Manager",
  behaviours: [
    { title: "The text that was set last is read, with no redeploy", source, check: check.latest },
    { title: "A secret that is not there cannot be read, and the error says so", source, check: check.missing }
  ]
}
