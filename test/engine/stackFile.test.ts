import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ProgramFailed } from "../../engine/PulumiProgram.ts"
import { readStackFile } from "../../engine/stackFile.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

describe("readStackFile", () => {
  it("leaves out encrypted values and the encryption salt", async () => {
    const stack = await readFile(join(root, "Pulumi.dev.yaml"), "utf8")
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "Pulumi.yaml"), await readFile(join(root, "Pulumi.yaml"), "utf8"))
    await writeFile(
      join(directory, "Pulumi.dev.yaml"),
      `encryptionsalt: v1:abc:def\n${stack}  imdb-serverless-etl:omdbApiKey:\n    secure: v1:0123:4567\n`
    )
    assert.deepStrictEqual(await readStackFile(directory, "dev"), await readStackFile(root, "dev"))
  })

  it("refuses a secret in plain text, without showing it", async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "Pulumi.yaml"), await readFile(join(root, "Pulumi.yaml"), "utf8"))
    await writeFile(join(directory, "Pulumi.dev.yaml"), "config:\n  imdb-serverless-etl:omdbApiKey: canary\n")
    const failure = await readStackFile(directory, "dev").catch((cause) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.match(failure.message, /^Pulumi\.dev\.yaml has the secret omdbApiKey in plain text\. [^\n]*--stack dev$/)
    assert.notInclude(failure.message, "canary")
  })

  it("names the file and the line of a file that is not YAML", async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "Pulumi.yaml"), "name: [")
    const failure = await readStackFile(directory, "dev").catch((cause) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.match(failure.message, /Pulumi\.yaml is not YAML: [^\n]* at line 1, column \d+\.$/)
  })
})
