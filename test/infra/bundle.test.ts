import { cp, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { bundle, type writeBundle } from "../../infra/bundle.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname
const fileOf = (checkout: string, handler: string) => join(checkout, ".build", handler, "index.mjs")

/** A checkout of its own with these folders of the repository, and its bundler. */
const makeCheckout = async (...folders: ReadonlyArray<string>) => {
  const checkout = await temporaryDirectory()
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"))
  for (const each of [
    "package.json",
    "tsconfig.json",
    "infra/bundle.ts",
    "infra/handlerBundles.ts",
    "handlers/lambda/credentialProvider.ts",
    ...folders
  ]) {
    await cp(join(root, each), join(checkout, each), { recursive: true })
  }
  const module: { bundle: typeof bundle; writeBundle: typeof writeBundle } = await import(
    pathToFileURL(join(checkout, "infra/bundle.ts")).href
  )
  return { checkout, ...module }
}

describe("bundle", () => {
  it("gives the same bytes in every checkout, and only the module", async () => {
    const { checkout, ...other } = await makeCheckout("domain", "services", "report", "handlers")
    for (const handler of ["EnrichAndStoreMovie", "LoadCsvToDynamoDb"]) {
      await Promise.all([bundle(handler), other.bundle(handler)])
      const [ours, theirs] = await Promise.all([readFile(fileOf(root, handler)), readFile(fileOf(checkout, handler))])
      assert.isTrue(ours.equals(theirs), handler)
      assert.deepStrictEqual(await readdir(join(checkout, ".build", handler)), ["index.mjs"])
    }
  })

  it("replaces a changed bundle as a whole while others read it, and leaves an equal one untouched", async () => {
    const { checkout, writeBundle } = await makeCheckout()
    const path = fileOf(checkout, "hello")
    const write = async (letter: string) => {
      const contents = Buffer.from(`export const handler = () => "${letter.repeat(1_000_000)}"\n`)
      await Promise.all([writeBundle("hello", contents), writeBundle("hello", contents)])
      return (await readFile(path)).toString()
    }
    const whole = [await write("a"), await write("b")]
    let isWriting = true
    const reading = (async () => {
      while (isWriting) assert.include(whole, (await readFile(path)).toString())
    })()
    for (const letter of "abababab") await write(letter)
    isWriting = false
    await reading

    const { mtimeMs, ino } = await stat(path)
    await write("b")
    assert.deepInclude(await stat(path), { mtimeMs, ino })
  })

  it("fails with one sentence where it cannot be written", async () => {
    const { checkout, bundle } = await makeCheckout()
    await writeFile(join(checkout, "handlers/hello.ts"), "export const handler = () => 1\n")
    await writeFile(join(checkout, ".build"), "a file")
    const { message } = await bundle("hello").then(
      () => assert.fail(),
      (cause) => cause
    )
    assert.match(
      message,
      /^The bundle .build\/hello\/index.mjs cannot be written: E[^\n]+\. Use a checkout that can be/
    )
  })

  it("fails for a handler that has no file", async () => {
    const { bundle } = await makeCheckout()
    const { message } = await bundle("hello").then(
      () => assert.fail(),
      (cause) => cause
    )
    assert.strictEqual(message, "There is no handlers/hello.ts to bundle.")
  })
})
