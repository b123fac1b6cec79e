import * as Effect from "effect/Effect"
import { declaredProgram } from "./declared.ts"
import { scenarioOf, simulate } from "./simulate.ts"

const declared = await declaredProgram()
const [a, b] = process.argv.slice(2).map(Number)
const t0 = performance.now()
let bad = 0
for (let seed = a!; seed <= (b ?? a!); seed++) {
  const scenario = await Effect.runPromise(scenarioOf(seed))
  const t = performance.now()
  const s = await Effect.runPromise(simulate(declared, scenario))
  if (b === undefined) {
    console.log(s.history.join("\n"))
    console.log(JSON.stringify(scenario, null, 1))
  }
  if (s.broken.length > 0) bad++
  if (b === undefined || s.broken.length > 0)
    console.log(
      seed,
      Math.round(performance.now() - t),
      "ms",
      s.history.length,
      s.invocations,
      s.broken.slice(0, 3).join("\n   ")
    )
}
console.log("bad", bad, Math.round(performance.now() - t0), "ms")
process.exit(0)
