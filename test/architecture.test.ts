import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = new URL("..", import.meta.url).pathname

const rooms = ["domain", "services", "handlers", "infra", "local", "plan", "operator"]

/** Which rooms each room may import, besides itself. */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: [],
  services: ["domain"],
  handlers: ["domain", "services"],
  infra: ["domain"],
  "index.ts": ["domain", "infra"],
  local: ["domain"],
  plan: ["domain", "local"],
  operator: ["domain", "services"]
}

/** Packages that each room may import; `local` runs on a developer's machine and chooses its own. */
const mayUse: Readonly<Record<string, RegExp>> = {
  domain: /^effect\//,
  services:
    /^(effect\/|@aws-sdk\/client-|@aws-lambda-powertools\/metrics$|csv-(parse|stringify)|node:(buffer|stream)$)/,
  handlers: /^(effect\/|aws-lambda$|node:crypto$)/,
  infra: /^(effect\/|@pulumi\/|esbuild$|node:)/,
  "index.ts": /^$/,
  operator: /^(effect\/|@effect\/platform-node\/|@aws-sdk\/client-|cli-table3$|node:)/
}

const sources = (room: string): ReadonlyArray<string> => {
  if (room.endsWith(".ts")) return [room]
  try {
    return readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(room, file))
  } catch {
    return []
  }
}

const importsOf = (file: string): ReadonlyArray<string> =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /^(?:import|export)\s[^"']*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm
    )
  ].map(([, from, bare]) => from ?? bare ?? "")

const roomOf = (path: string) => path.split("/")[0] ?? path

describe("who may import whom", () => {
  for (const room of [...rooms, "index.ts"]) {
    it(`${room} imports only what its place in the house allows`, () => {
      for (const file of sources(room)) {
        for (const imported of importsOf(file)) {
          const relative = imported.startsWith(".")
          const target = relative ? roomOf(normalize(join(dirname(file), imported))) : imported
          const allowed = relative
            ? target === room || (mayImport[room] ?? []).includes(target)
            : (mayUse[room]?.test(target) ?? true)
          assert.isTrue(allowed, `${file} imports ${imported}`)
        }
      }
    })
  }

  it("the rooms of production are all there to be looked at", () => {
    for (const room of ["domain", "services", "handlers", "infra", "local"])
      assert.isAbove(sources(room).length, 5, room)
  })

  it("domain, services and handlers take time, chance and the environment from Effect alone", () => {
    for (const file of ["domain", "services", "handlers"].flatMap(sources)) {
      const text = readFileSync(join(root, file), "utf8")
      assert.notMatch(text, /\btry \{|\basync\b|Date\.now|new Date\(|Math\.random|process\.env/, file)
      assert.notMatch(text, /from "effect"/, `${file} imports the barrel, which costs a bundle 270 KB`)
    }
  })

  it("plan takes only the engine, the reading of stack files and of the command line from local", () => {
    const taken = sources("plan").flatMap((file) => importsOf(file).filter((imported) => imported.includes("/local/")))
    const allowed = /\/local\/(engine\/\w+|stackFile|commandLine|CannotRun)\.ts$/
    for (const imported of taken) assert.match(imported, allowed)
    assert.isNotEmpty(taken)
  })

  it("infra takes only the names of variables, keys, metrics and the table's index from the domain", () => {
    const taken = [...sources("infra"), "index.ts"].flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported.includes("/domain/"))
        .map((imported) => imported.split("/").at(-1) ?? "")
    )
    assert.sameMembers([...new Set(taken)], ["variables.ts", "keys.ts", "metrics.ts", "TableItem.ts"])
  })
})
