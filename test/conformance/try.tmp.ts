import * as Effect from "effect/Effect"
import { conformance } from "./conformance.ts"
import { localCloudStage, modelStage } from "./stages.ts"
import { subjects } from "./subjects.ts"

const t = Date.now()
const [which = "", ...only] = process.argv.slice(2)
const rows = await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const stages =
        which === "model"
          ? [modelStage]
          : which === "local"
            ? [yield* localCloudStage]
            : [modelStage, yield* localCloudStage]
      return yield* conformance(
        stages,
        subjects.filter(({ name }) => only.length === 0 || only.includes(name))
      )
    })
  )
)
for (const r of rows) console.log(r.subject, "|", r.title, "|", JSON.stringify(r.outcomes))
console.log(Date.now() - t, "ms")
