import * as Effect from "effect/Effect"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import type { Subject } from "../conformance.ts"
import { expectEqual, expectEventually, expectFailure } from "../expectations.ts"

const source = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"

export const secrets: Subject = {
  name: "secrets",
  heading: "Secrets Manager",
  behaviours: [
    {
      title: "GetSecretValue returns the latest value without a new deployment",
      source,
      check: Effect.gen(function* () {
        const { secretId, setSecret, readSecret } = yield* ConformanceTarget
        for (const key of ["a1b2c3d4", "e5f6\u{1F511}"]) {
          yield* setSecret(key)
          yield* expectEventually("The secret", readSecret(secretId), key)
        }
      })
    },
    {
      title: "GetSecretValue of a missing secret fails with ResourceNotFoundException",
      source,
      check: Effect.gen(function* () {
        const { secretId, readSecret } = yield* ConformanceTarget
        const read = readSecret(`${secretId}-missing`)
        const { detail } = yield* expectFailure("A missing secret", read, "SecretUnreadable")
        yield* expectEqual("The error", detail.split(":")[0], "ResourceNotFoundException")
      })
    }
  ]
}
