import * as Effect from "effect/Effect"
import { declaredProgram } from "./declared.ts"
import { mutantOf } from "./mutant.ts"
import { mutations } from "./mutations.ts"
import { scenarioOf, simulate } from "./simulate.ts"

const declared = await declaredProgram()
for (const m of mutations) {
  const stages = await mutantOf(m)
  const t0 = performance.now()
  let found = "NOT CAUGHT"
  for (let seed = 1; seed <= 100; seed++) {
    const s = await Effect.runPromise(simulate(declared, await Effect.runPromise(scenarioOf(seed)), stages))
    if (s.broken.length > 0) {
      found = `seed ${seed}: ${s.broken[0]}`
      break
    }
  }
  console.log(m.does, "|", Math.round(performance.now() - t0), "ms |", found.slice(0, 250))
}
process.exit(0)
