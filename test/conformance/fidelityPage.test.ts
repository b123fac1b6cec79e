import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Terminal from "effect/Terminal"
import * as TestConsole from "effect/testing/TestConsole"
import { command } from "./command.ts"

const page = new URL("../../docs/fidelity.md", import.meta.url)
const width = 100

/** What the script says on a terminal. */
const said = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const terminal = { ...(yield* Terminal.Terminal), columns: Effect.succeed(width) }
    const code = yield* Effect.provideService(command(args), Terminal.Terminal, terminal)
    assert.deepStrictEqual([code, yield* TestConsole.errorLines], [0, []])
    return stripVTControlCharacters((yield* TestConsole.logLines).join("\n"))
  }).pipe(Effect.provide(Layer.merge(NodeServices.layer, TestConsole.layer)))

describe("docs/fidelity.md", () => {
  it.live("shows what its command says", () =>
    Effect.gen(function* () {
      const markdown = yield* Effect.promise(() => readFile(page, "utf8"))
      const examples = [...markdown.matchAll(/^```console\n\$ npm run conformance -- (.*)\n((?:.*\n)*?)```$/gm)]
      assert.isNotEmpty(examples)
      for (const [, line = "", output = ""] of examples) {
        assert.strictEqual(yield* said(line.split(" ")), output.trimEnd(), line)
      }
    })
  )

  it("links files that are there", async () => {
    const links = [...(await readFile(page, "utf8")).matchAll(/\]\(([^)#:]+)\)/g)].map(([, file = ""]) => file)
    assert.isNotEmpty(links)
    for (const file of links) assert.isTrue(existsSync(fileURLToPath(new URL(file, page))), file)
  })
})
