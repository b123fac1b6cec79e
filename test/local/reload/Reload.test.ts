import { cp, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { Reload } from "../../../local/reload/Reload.ts"
import { watchFiles } from "../../../local/reload/watchFiles.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { useSharedStack } from "../sharedStack.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const handler = "handlers/GetMoviesAndSendToQueue.ts"

/** A copy of the sources, which a test may edit. */
const copyOfSources = async (): Promise<string> => {
  const copy = await temporaryDirectory()
  const parts = [
    "handlers",
    "services",
    "domain",
    "report",
    "infra",
    "engine",
    "index.ts",
    "package.json",
    "tsconfig.json"
  ]
  await Promise.all(parts.map((part) => cp(join(root, part), join(copy, part), { recursive: true })))
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) await cp(join(root, file), join(copy, file))
  await symlink(join(root, "node_modules"), join(copy, "node_modules"))
  return copy
}

describe("an edit while npm run dev runs", () => {
  const { current } = useSharedStack()

  it("of a handler is in use at the next invocation, a broken one is not, and one of the program is described", async () => {
    const shared = current()
    const copy = await copyOfSources()
    const reload = await Reload.start(copy, shared.stack)
    onTestFinished(() => reload.close())
    const edit = async (file: string, from: string, to: string) => {
      const path = join(copy, file)
      const text = await readFile(path, "utf8")
      assert.include(text, from)
      await writeFile(path, text.replace(from, to))
      return (await reload.changed([file])).map(({ isFailure, text }) => `${isFailure ? "failure" : "ok"} ${text}`)
    }

    await shared.run({ top: 1 })
    const [line = ""] = await edit(handler, '"Run started"', '"Run started after the edit"')
    assert.match(
      line,
      /^ok handlers\/GetMoviesAndSendToQueue\.ts: GetMoviesAndSendToQueue, from the next invocation \(\d+ ms\)$/
    )
    await shared.run({ top: 1 })
    assert.include(shared.logs(), "Run started after the edit")

    const [failure = ""] = await edit(handler, "export const handler", "export const handler ===")
    assert.match(
      failure,
      /^failure handlers\/GetMoviesAndSendToQueue\.ts:\d+:\d+: .* The last good bundle stays in use: GetMoviesAndSendToQueue$/
    )
    assert.isTrue((await shared.run({ top: 1 })).complete)
    assert.deepStrictEqual(await edit(handler, "export const handler ===", "export const handler"), [])

    const [program = ""] = await edit("index.ts", "maxReceiveCount: 8", "maxReceiveCount: 9")
    assert.match(program, /^ok index\.ts: .*queue movies: redrivePolicy\S* .*→.*\. Restart npm run dev to use it$/)
    const [broken = ""] = await edit("index.ts", "const config = stackConfig()", "const config = stackConfig(")
    assert.match(broken, /^failure index\.ts: /)

    // Other tests use the stack as well.
    assert.lengthOf(await edit(handler, '"Run started after the edit"', '"Run started"'), 1)
  })

  it("is noticed in the sources only, once for several writes", async () => {
    const folder = await temporaryDirectory()
    for (const path of ["a.ts", "notes.md"]) await writeFile(join(folder, path), "")
    const calls: Array<ReadonlyArray<string>> = []
    const noticed = Promise.withResolvers<void>()
    const watcher = watchFiles(folder, async (paths) => {
      calls.push(paths)
      noticed.resolve()
    })
    onTestFinished(() => watcher.close())
    await writeFile(join(folder, "notes.md"), "text")
    await writeFile(join(folder, "a.ts"), "one")
    await writeFile(join(folder, "a.ts"), "two")
    await noticed.promise
    assert.deepStrictEqual(calls, [["a.ts"]])
  })

  it("is noticed each time that a file is replaced, as editors and git do, and in a new folder", async () => {
    const folder = await temporaryDirectory()
    await mkdir(join(folder, "handlers"))
    await writeFile(join(folder, "handlers/a.ts"), "")
    let next = Promise.withResolvers<ReadonlyArray<string>>()
    const watcher = watchFiles(folder, async (paths) => next.resolve(paths))
    onTestFinished(() => watcher.close())
    for (const text of ["one", "two", "three"]) {
      next = Promise.withResolvers()
      await writeFile(join(folder, "handlers/.a.ts.swap"), text)
      await rename(join(folder, "handlers/.a.ts.swap"), join(folder, "handlers/a.ts"))
      assert.deepStrictEqual(await next.promise, ["handlers/a.ts"], text)
    }
    next = Promise.withResolvers()
    await mkdir(join(folder, "services"))
    await writeFile(join(folder, "services/b.ts"), "")
    assert.deepStrictEqual(await next.promise, ["services/b.ts"])
  })
})
