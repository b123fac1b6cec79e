import { stages } from "./bundles.ts"
import { digits, sum, table } from "./format.ts"
import type { Measurement } from "./measure.ts"
import type { Results } from "./results.ts"
import { targets } from "./targets.ts"

const spread = ({ median, low, high }: Measurement, places = 0) =>
  `${digits(median, places)} (${digits(low, places)}–${digits(high, places)})`
const ratio = (value: number) => `${digits(value, 2)} ×`
const notMeasured = "Not measured yet."

const measuredOn = (
  saved:
    | {
        readonly at: string
        readonly node: string
        readonly processor: string
        readonly load: number
        readonly seconds: number
        readonly commit?: string | undefined
      }
    | undefined
) =>
  saved === undefined
    ? notMeasured
    : `Measured on ${saved.at.slice(0, 10)}${saved.commit === undefined ? "" : ` at commit ${saved.commit}`} in ${saved.seconds} s: Node ${saved.node}, ${saved.processor}; load ${digits(saved.load, 1)} before.`

type Section<Name extends keyof Results> = (results: NonNullable<Results[Name]>["results"]) => ReadonlyArray<string>

const section = <Name extends keyof Results>(results: Results, name: Name, format: Section<Name>): string => {
  const saved = results[name]
  if (saved === undefined) return notMeasured
  return [measuredOn(saved), ...format(saved.results as never)].join("\n\n")
}

const coldStart: Section<"coldStart"> = ({ stages }) => [
  table(
    ["Stage", "Bundle", "kB", "Import, CPU ms", "First answer, CPU ms", "First answer, ms", "Peak memory, MB"],
    stages.flatMap(({ stage, variants }) =>
      variants.map((each, index) => [
        ...[index === 0 ? `\`${stage}\`` : "", each.variant, digits(each.bytes / 1000)],
        ...[spread(each.importCpu), spread(each.firstCpu), spread(each.firstWall), digits(each.peakMemory.median)]
      ])
    )
  ),
  "Bytes of each deployed bundle by package, in kB:",
  table(
    ["Package", ...stages.map(({ stage }) => `\`${stage}\``)],
    packageRows(
      stages.map(({ variants }) => variants.find(({ variant }) => variant === "deployed")?.bytesByPackage ?? {})
    )
  )
]

const packageRows = (bundles: ReadonlyArray<Readonly<Record<string, number>>>) => {
  const most = (name: string) => Math.max(...bundles.map((bundle) => bundle[name] ?? 0))
  const names = [...new Set(bundles.flatMap(Object.keys))].sort((a, b) => most(b) - most(a))
  const shown = names.filter((name) => most(name) >= 5000)
  const rest = bundles.map((bundle) =>
    Object.entries(bundle).reduce((sum, [name, bytes]) => (shown.includes(name) ? sum : sum + bytes), 0)
  )
  const cells = (values: ReadonlyArray<number>) => values.map((bytes) => (bytes === 0 ? "" : digits(bytes / 1000)))
  return [
    ...shown.map((name) => [`\`${name}\``, ...cells(bundles.map((bundle) => bundle[name] ?? 0))]),
    ["others", ...cells(rest)]
  ]
}

const warmInvocation: Section<"warmInvocation"> = ({ subjects }) => [
  table(
    [
      "OMDb, ms",
      "Bundle",
      "CPU ms per movie",
      "ms per batch",
      "Peak memory, MB",
      "Log bytes per movie",
      "Calls per movie: OMDb",
      "S3",
      "SQS",
      "Secrets Manager"
    ],
    [...subjects]
      .sort((a, b) => a.latencyMs - b.latencyMs)
      .map((each) => [
        ...[`${each.latencyMs}`, each.variant, spread(each.cpuPerMovie, 1), spread(each.msPerBatch)],
        ...[digits(each.peakMemory.median), digits(each.logBytesPerMovie.median)],
        ...[each.omdb, each.s3, each.sqs, each.secretsmanager].map(({ median }) => digits(median, 2))
      ])
  )
]

const wholeRun: Section<"wholeRun" | "scale"> = ({ runs }) => [
  table(
    [
      "Movies",
      "s",
      "Ideal, s",
      "Against the ideal",
      "One at a time, s",
      "Peak memory, MB",
      "CPU ms per movie",
      "Stage 3, part of the functions' CPU",
      "Invocations",
      "Calls",
      "Log kB"
    ],
    runs.map((run) => [
      ...[digits(run.movies), spread(mapped(run.ms, 1 / 1000), 1), digits(run.idealMs / 1000, 1)],
      ...[ratio(run.ms.median / run.idealMs), digits(run.oneAtATimeMs / 1000, 1), digits(run.peakMemory.median)],
      digits(run.processCpu.median / run.movies),
      `${digits((100 * (run.functionCpu["ExportMoviesToCsv"] ?? 0)) / sum(run.functionCpu))} %`,
      ...[digits(sum(run.invocations)), digits(sum(run.calls)), digits(sum(run.logBytes) / 1000)]
    ])
  ),
  "CPU of each function in ms per movie, cold starts included:",
  table(
    ["Movies", ...stages.map((stage) => `\`${stage}\``)],
    runs.map((run) => [
      digits(run.movies),
      ...stages.map((stage) => digits((run.functionCpu[stage] ?? 0) / run.movies, 1))
    ])
  )
]

const mapped = ({ median, low, high }: Measurement, factor: number): Measurement => ({
  median: median * factor,
  low: low * factor,
  high: high * factor
})

const localCommands: Section<"localCommands"> = ({ start }) => [
  table(
    ["Part of `npm start`", "ms"],
    [
      ["Node and the modules", spread(start.modules)],
      ["the local cloud and `index.ts`, with the bundles", spread(start.cloudAndProgram)],
      ["the bundles alone, in a process of their own", spread(start.bundles)],
      ["the run", spread(start.run)],
      ["the result and its files", spread(start.result)],
      ["exit", spread(start.exit)],
      ["**all**", spread(start.total)]
    ]
  )
]

const suites: Section<"suites"> = ({ seconds, byFolder }) => [
  `\`npm test\` in ${digits(seconds)} s, two files at a time:`,
  table(
    ["Folder", "Files", "Tests", "s"],
    Object.entries(byFolder)
      .sort(([, a], [, b]) => b.seconds - a.seconds)
      .map(([name, each]) => [`test/${name}`, digits(each.files), digits(each.tests), digits(each.seconds, 1)])
  )
]

const cost: Section<"cost"> = ({ fixed, total, listTotal, perRun }) => [
  "What the stack costs without a run, in USD a month:",
  table(
    ["Service", "Unit", "Per month", "Beyond the free quantity", "List price"],
    fixed.map((line) => [
      line.service,
      line.what,
      digits(line.quantity),
      digits(line.cost, 2),
      digits(line.listCost, 2)
    ])
  ),
  `The whole plan: ${digits(total, 2)} USD beyond the free quantities, ${digits(listTotal, 2)} USD without them. What a daily run adds, at list prices, in USD a month:`,
  table(
    [
      "Movies a run",
      "Requests, table and logs",
      ...(perRun[0]?.byMemory ?? []).map(({ memoryMb }) => `Lambda at ${memoryMb} MB`)
    ],
    perRun.map(({ movies, requestsUsd, byMemory }) => [
      ...[digits(movies), digits(requestsUsd, 4)],
      ...byMemory.map(({ gbSeconds, usd }) => `${digits(usd, 4)} (${digits(gbSeconds, 1)} GB-s a run)`)
    ])
  )
]

/** The generated sections of docs/performance.md. */
export const performanceSections = (results: Results): Readonly<Record<string, string>> => ({
  targets: targets(results),
  coldStart: section(results, "coldStart", coldStart),
  warmInvocation: section(results, "warmInvocation", warmInvocation),
  wholeRun: section(results, "wholeRun", wholeRun),
  scale: section(results, "scale", wholeRun),
  localCommands: section(results, "localCommands", localCommands),
  suites: section(results, "suites", suites),
  cost: section(results, "cost", cost)
})
