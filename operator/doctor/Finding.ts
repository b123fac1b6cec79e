import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nextStep } from "../aws/nextStep.ts"
import { Stack } from "../Stack.ts"

/** What a check found. */
export const Finding = Schema.Struct({
  /** The subject, such as `OMDb key`. */
  check: Schema.String,
  /** `skipped`: it could not be checked here, which is no fault. */
  state: Schema.Literals(["ok", "warning", "failed", "skipped"]),
  detail: Schema.String,
  /** The next step. */
  remedy: Schema.optionalKey(Schema.String)
})
export type Finding = typeof Finding.Type

/** The findings of one check, by state. */
export const findingsOf = (check: string) => ({
  ok: (detail: string): Finding => ({ check, state: "ok", detail }),
  skipped: (detail: string): Finding => ({ check, state: "skipped", detail }),
  warning: (detail: string, remedy: string): Finding => ({ check, state: "warning", detail, remedy }),
  failed: (detail: string, remedy: string): Finding => ({ check, state: "failed", detail, remedy }),
  /** After a failed call of AWS. `shown`: the detail in its context. */
  failedCall: (detail: string, shown = detail) =>
    Effect.map(Stack, ({ flags }): Finding => {
      const remedy = nextStep(detail, flags) ?? "Try again; if it stays, check the region and the connection."
      return { check, state: "failed", detail: shown, remedy }
    })
})

export const notOnTheLocalCloud = "not on the local cloud"
