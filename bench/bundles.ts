import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build } from "esbuild"
import { bundleOptions, type HandlerBundle, handlerBundles } from "../infra/handlerBundles.ts"

export const root = fileURLToPath(new URL("..", import.meta.url))

/** The packages and variables of a stage's baseline: what `handlerOf` of `bench/baselines/<stage>.ts` takes. */
const clients = {
  GetMoviesAndSendToQueue: ["s3", "sqs"],
  EnrichAndStoreMovie: ["s3", "sqs", "secrets"],
  ExportMoviesToCsv: ["s3"],
  LoadCsvToDynamoDb: ["s3", "dynamoDb"],
  PublishReport: ["s3", "sns"]
} as const
export type Stage = keyof typeof clients
export const stages = Object.keys(clients) as ReadonlyArray<Stage>

const packages = {
  s3: ["client-s3", "S3"],
  sqs: ["client-sqs", "SQS"],
  secrets: ["client-secrets-manager", "SecretsManager"],
  dynamoDb: ["client-dynamodb", "DynamoDB"],
  sns: ["client-sns", "SNS"]
} as const

/**
 * `plain`: the same job on the AWS SDK as people write it, with the whole client of each service. `lean`: with single
 * commands, with credentials from the environment only, as the deployed bundle has them, with Node's own HTTP client, and
 * with the parts of ECharts.
 */
export const variants = ["deployed", "plain", "lean", "empty"] as const
export type Variant = (typeof variants)[number]

const echarts = {
  plain: 'import * as echarts from "echarts"',
  lean: `import { BarChart, ScatterChart } from "echarts/charts"
import { GridComponent } from "echarts/components"
import * as echarts from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
echarts.use([BarChart, ScatterChart, GridComponent, SVGRenderer])`
}

const baseline = (stage: Stage, variant: "plain" | "lean") => {
  const used = clients[stage].map((name) => {
    const [packageName, whole] = packages[name]
    return { name, packageName, client: variant === "plain" ? whole : `${whole}Client` }
  })
  const imports = used.map(({ packageName, client }) => `import { ${client} } from "@aws-sdk/${packageName}"`)
  const arguments_ = used.map(({ name, client }) => `${name}: new ${client}({})`)
  const isReport = stage === "PublishReport"
  const get = stage === "EnrichAndStoreMovie" ? [variant === "plain" ? "getByFetch" : "getByHttp"] : []
  return [
    ...imports,
    ...(isReport ? [echarts[variant]] : []),
    `import { ${["handlerOf", ...get].join(", ")} } from "./bench/baselines/${stage}.ts"`,
    `export const handler = handlerOf({ ${[...arguments_, ...get.map((name) => `getText: ${name}`), ...(isReport ? ["echarts"] : [])].join(", ")} })`
  ].join("\n")
}

const buildText = async (text: string, options: BuildOptions = {}): Promise<HandlerBundle> => {
  const stdin = { contents: text, resolveDir: root, loader: "ts" } as const
  const { outputFiles: [file] = [], metafile } = await build({ ...bundleOptions, ...options, stdin })
  const [output] = Object.values(metafile?.outputs ?? {})
  return { contents: file?.contents ?? new Uint8Array(), inputs: output?.inputs ?? {} }
}

const buildVariant = async (stage: Stage, variant: Variant): Promise<HandlerBundle | undefined> => {
  switch (variant) {
    case "deployed":
      return (await handlerBundles()).get(stage)
    case "plain":
      return buildText(baseline(stage, "plain"), { alias: {} })
    case "lean":
      return buildText(baseline(stage, "lean"))
    case "empty":
      return buildText("export const handler = async () => ({ batchItemFailures: [] })")
  }
}

export interface Bundle {
  readonly path: string
  readonly bytes: number
  /** By package, `own code` for the project's. */
  readonly bytesByPackage: Readonly<Record<string, number>>
}

/** Writes the bundle to `.build/bench/`. */
export const writeBundle = async (stage: Stage, variant: Variant): Promise<Bundle> => {
  const { contents = new Uint8Array(), inputs = {} } = (await buildVariant(stage, variant)) ?? {}
  const folder = join(root, ".build/bench", stage, variant)
  await mkdir(folder, { recursive: true })
  const path = join(folder, "index.mjs")
  await writeFile(path, contents)
  const bytesByPackage: Record<string, number> = {}
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? "own code"
    if (bytesInOutput > 0) bytesByPackage[name] = (bytesByPackage[name] ?? 0) + bytesInOutput
  }
  return { path, bytes: contents.length, bytesByPackage }
}
