import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"

const root = new URL("../..", import.meta.url).pathname

/** Loads the file as a Node of that version does. */
const load = (version: string) => {
  const script = `Object.defineProperty(process.versions, "node", { value: "${version}" }); require("./scripts/requireNode.cjs")`
  const { status, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" })
  return [status, stderr] as const
}

describe("scripts/requireNode.cjs", () => {
  it.each(["18.20.8", "20.20.2", "22.18.9"])(
    "ends Node %s with one sentence that names the command to use",
    (version) => {
      const [status, stderr] = load(version)
      assert.strictEqual(status, 32)
      assert.match(stderr, new RegExp(`^Node ${version} is too old for this program: use npm run preview, .*\\n$`))
    }
  )

  it.each(["22.19.0", "24.0.0"])("lets Node %s go on", (version) => {
    assert.deepStrictEqual(load(version), [0, ""])
  })
})
