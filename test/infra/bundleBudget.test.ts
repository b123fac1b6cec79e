import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { handlerBundles } from "../../infra/handlerBundles.ts"
import { declaredProgram } from "./declaredProgram.ts"

const aws = [
  "@aws-sdk/checksums",
  "@aws-sdk/client-s3",
  "@aws-sdk/core",
  "@aws-sdk/credential-provider-env",
  "@aws-sdk/middleware-sdk-s3",
  "@aws-sdk/signature-v4-multi-region",
  "@aws-sdk/xml-builder",
  "@aws/lambda-invoke-store",
  "@smithy/core",
  "@smithy/node-http-handler",
  "@smithy/signature-v4",
  "@smithy/types"
]

/** In bytes, with the packages besides Effect and S3's client. A larger bundle makes every cold start longer. */
const budgets: Readonly<Record<string, { readonly bytes: number; readonly packages: ReadonlyArray<string> }>> = {
  GetMoviesAndSendToQueue: {
    bytes: 550_000,
    packages: ["@aws-sdk/client-sqs", "@aws-sdk/middleware-sdk-sqs", "entities"]
  },
  EnrichAndStoreMovie: {
    bytes: 580_000,
    packages: [
      ...["@aws-sdk/client-secrets-manager", "@aws-sdk/client-sqs", "@aws-sdk/middleware-sdk-sqs"],
      ...["entities", "i18n-iso-countries"]
    ]
  },
  ExportMoviesToCsv: { bytes: 470_000, packages: ["csv-stringify"] },
  LoadCsvToDynamoDb: {
    bytes: 565_000,
    packages: [
      ...["@aws-sdk/client-dynamodb", "@aws-sdk/dynamodb-codec", "@aws-sdk/endpoint-cache"],
      ...["@aws-sdk/middleware-endpoint-discovery", "csv-parse", "mnemonist", "obliterator"]
    ]
  },
  // The only one with charts.
  PublishReport: {
    bytes: 1_100_000,
    packages: [
      ...["@aws-sdk/client-sns", "csv-parse", "csv-stringify", "entities", "i18n-iso-countries"],
      ...["echarts", "tslib", "zrender"]
    ]
  }
}

describe("the bundle of", () => {
  it("every handler has a budget", () => {
    const handlers = readdirSync(new URL("../../handlers", import.meta.url)).filter((name) => name.endsWith(".ts"))
    assert.sameMembers(
      handlers.map((name) => name.replace(".ts", "")),
      Object.keys(budgets)
    )
  })

  it.each(Object.entries(budgets))("%s stays within its budget", async (handler, { bytes, packages }) => {
    const { contents, inputs } = (await handlerBundles()).get(handler) ?? assert.fail()
    const bundled = Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
      const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
      return name === undefined || bytesInOutput === 0 ? [] : [name]
    })
    assert.sameMembers([...new Set(bundled)], ["effect", ...aws, ...packages])
    assert.isAtMost(contents.length, bytes)
    // A bundle that became smaller keeps what it gained.
    assert.isAbove(contents.length, bytes * 0.97)
  })
})

it("the inputs of all resources stay within their budget", async () => {
  // Pulumi stores them several times in a stack's state: with the outputs, and in a copy for each change of a deployment.
  const { resources } = await declaredProgram()
  const size = JSON.stringify(resources.map(({ inputs }) => inputs)).length
  assert.isAtMost(size, 72_000)
  assert.isAbove(size, 72_000 * 0.95)
})
