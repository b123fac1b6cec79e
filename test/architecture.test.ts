import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = new URL("..", import.meta.url).pathname

interface Allowed {
  /** Folders of this repository, besides its own. */
  readonly folders: ReadonlyArray<string>
  /** `local` and `plan` run on a developer's machine only and use any package. */
  readonly packages?: RegExp
}

const allowed: Readonly<Record<string, Allowed>> = {
  domain: { folders: [], packages: /^(effect\/|entities\/decode$)/ },
  services: {
    folders: ["domain"],
    packages:
      /^(effect\/|@aws-sdk\/client-|csv-(parse|stringify)|i18n-iso-countries\/langs\/en.json$|node:(buffer|crypto|http|https|stream)$)/
  },
  report: {
    folders: ["domain", "services"],
    packages:
      /^(effect\/|echarts\/(core|charts|components|renderers)$|entities\/escape$|i18n-iso-countries\/langs\/en.json$|node:buffer$)/
  },
  handlers: {
    folders: ["domain", "services", "report"],
    packages: /^(effect\/|aws-lambda$|@aws-sdk\/credential-provider-env$)/
  },
  infra: { folders: ["domain"], packages: /^(effect\/|@pulumi\/|esbuild$|node:)/ },
  "index.ts": { folders: ["domain", "infra"], packages: /^$/ },
  engine: {
    folders: [],
    packages: /^(effect\/|@pulumi\/pulumi\/|@grpc\/grpc-js$|google-protobuf\/|yaml$|node:)/
  },
  cli: { folders: [], packages: /^(effect\/|@effect\/platform-node\/|cli-table3$|node:)/ },
  operator: {
    folders: ["domain", "services", "report", "cli", "infra", "engine"],
    packages: /^(effect\/|@effect\/platform-node\/|@aws-sdk\/(client-|util-dynamodb$)|cronstrue$|node:)/
  },
  "operator/main.ts": { folders: ["operator", "cli", "console"], packages: /^effect\/cli\/Command$/ },
  console: {
    folders: ["domain", "services", "cli", "engine", "plan", "operator", "infra"],
    packages: /^(effect\/|@effect\/platform-node\/|esbuild$|preact|uplot|node:|\.)/
  },
  // `infra` for the options of the bundles, which an edit builds again.
  local: { folders: ["domain", "services", "engine", "cli", "plan", "infra", "operator", "console"] },
  plan: { folders: ["domain", "engine", "cli"] }
}

const sourcesOf = (folder: string): ReadonlyArray<string> =>
  folder.endsWith(".ts")
    ? [folder]
    : readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.tsx?$/.test(file))
        .map((file) => join(folder, file))
        // A file with rules of its own.
        .filter((file) => !(file in allowed))

const importsOf = (file: string): ReadonlyArray<string> =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /^(?:import|export)\s[^"']*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm
    )
  ].map(([, from, bare]) => from ?? bare ?? "")

/** The first part of an imported path from the repository's root: a folder, or a file there. */
const folderOf = (file: string, imported: string) => normalize(join(dirname(file), imported)).split("/")[0] ?? ""

describe("imports", () => {
  it.each(Object.entries(allowed))(
    "of %s are of allowed folders and packages only",
    (folder, { folders, packages }) => {
      const sources = sourcesOf(folder)
      assert.isNotEmpty(sources)
      for (const file of sources) {
        for (const imported of importsOf(file)) {
          const isAllowed =
            imported.startsWith(".") && !imported.includes("/node_modules/")
              ? [folder, ...folders].includes(folderOf(file, imported))
              : (packages?.test(imported) ?? true)
          assert.isTrue(isAllowed, `${file} imports ${imported}`)
        }
      }
    }
  )

  it("of infra and index.ts from domain are of names, and of the form of the API key, only", () => {
    const modules = [...sourcesOf("infra"), "index.ts"].flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported.includes("/domain/"))
        .map((imported) => imported.split("/").at(-1) ?? "")
    )
    assert.sameMembers(
      [...new Set(modules)],
      ["variables.ts", "keys.ts", "metrics.ts", "TableItem.ts", "dataset.ts", "OmdbApiKey.ts"]
    )
  })
})

it("imports of operator from infra and engine are of the settings' and the schedule's rules only", () => {
  const modules = sourcesOf("operator").flatMap((file) =>
    importsOf(file).filter((each) => /\/(infra|engine)\//.test(each))
  )
  assert.sameMembers(
    [...new Set(modules.map((each) => each.split("/").slice(-2).join("/")))],
    ["infra/settings.ts", "infra/scheduledRuns.ts", "infra/nextRuns.ts", "engine/stackFile.ts"]
  )
})

describe("domain, services and handlers", () => {
  it("take time, randomness and the environment from Effect, and import Effect by module", () => {
    for (const file of ["domain", "services", "handlers"].flatMap(sourcesOf)) {
      const text = readFileSync(join(root, file), "utf8")
      assert.notMatch(text, /\btry \{|\basync\b|Date\.now|new Date\(|Math\.random|process\.env/, file)
      assert.notMatch(text, /from "effect"/, `${file} imports the barrel, which adds 270 KB to a bundle`)
    }
  })
})
