import { stages } from "./bundles.ts"
import { digits, sum, table } from "./format.ts"
import type { Results } from "./results.ts"

interface Target {
  readonly what: string
  readonly target: number
  readonly measured: number | undefined
  readonly unit?: string
}

const targetsOf = ({ coldStart, warmInvocation, wholeRun, localCommands, cost }: Results): ReadonlyArray<Target> => {
  const cold = coldStart?.results.stages ?? []
  const variantOf = (stage: string, name: string) =>
    cold.find((each) => each.stage === stage)?.variants.find(({ variant }) => variant === name)
  type Variant = NonNullable<ReturnType<typeof variantOf>>
  const compared = (stage: string, name: string, figure = ({ firstCpu }: Variant) => firstCpu) => {
    const [deployed, baseline] = [variantOf(stage, "deployed"), variantOf(stage, name)]
    return deployed && baseline && figure(deployed).median / figure(baseline).median
  }
  const warm = (variant: string) =>
    warmInvocation?.results.subjects.find((each) => each.variant === variant && each.latencyMs === 0)
  const [deployed, plain] = [warm("deployed"), warm("plain")]
  const run = (movies: number) => wholeRun?.results.runs.find((each) => each.movies === movies)
  const ofIdeal = (movies: number) => {
    const found = run(movies)
    return found && found.ms.median / found.idealMs
  }
  const medium = run(250)
  const growth = (figure: (found: NonNullable<ReturnType<typeof run>>) => number) => {
    const [few, many] = [run(250), run(2500)]
    return few && many && figure(many) / many.movies / (figure(few) / few.movies)
  }
  const start = localCommands?.results.start
  const bytes = (stage: string) => (variantOf(stage, "deployed")?.bytes ?? Number.NaN) / 1000
  return [
    ...stages.map((stage) => ({
      what: `\`${stage}\`: CPU to the first answer, against the whole SDK clients`,
      ...{ target: 1, measured: compared(stage, "plain"), unit: " ×" }
    })),
    ...stages.map((stage) => ({
      what: `\`${stage}\`: CPU to the first answer, against the leanest`,
      ...{ target: 1.15, measured: compared(stage, "lean"), unit: " ×" }
    })),
    ...stages.map((stage) => ({
      what: `\`${stage}\`: the bundle`,
      ...{ target: stage === "PublishReport" ? 1500 : 580, measured: bytes(stage), unit: " kB" }
    })),
    {
      what: "warm CPU per movie, against plain",
      target: 1.1,
      measured: deployed && plain && deployed.cpuPerMovie.median / plain.cpuPerMovie.median,
      unit: " ×"
    },
    ...stages.map((stage) => ({
      what: `\`${stage}\`: memory to the first answer, against plain`,
      ...{ target: 1.15, measured: compared(stage, "plain", ({ peakMemory }) => peakMemory), unit: " ×" }
    })),
    {
      what: "memory when warm, against plain",
      target: 1.15,
      measured: deployed && plain && deployed.peakMemory.median / plain.peakMemory.median,
      unit: " ×"
    },
    { what: "250 movies, against the ideal", target: 2, measured: ofIdeal(250), unit: " ×" },
    { what: "2,500 movies, against the ideal", target: 2.5, measured: ofIdeal(2500), unit: " ×" },
    {
      what: "stage 3, part of the CPU at 250 movies",
      target: 10,
      measured: medium && (100 * (medium.functionCpu["ExportMoviesToCsv"] ?? 0)) / sum(medium.functionCpu),
      unit: " %"
    },
    {
      what: "log of ten movies in stage 2",
      target: 6,
      measured: deployed && deployed.logBytesPerMovie.median / 100,
      unit: " kB"
    },
    { what: "`npm start`", target: 4, measured: start && start.total.median / 1000, unit: " s" },
    { what: "of it the run", target: 1, measured: start && start.run.median / 1000, unit: " s" },
    {
      what: "stage 3, list requests a batch at 250 movies",
      target: 1,
      measured:
        medium && (medium.calls["s3:ListObjectsV2"] ?? 0) / (medium.invocations["ExportMoviesToCsv"] ?? Number.NaN)
    },
    {
      what: "2,500 movies against 250: seconds per movie",
      ...{ target: 1, measured: growth(({ ms }) => ms.median), unit: " ×" }
    },
    {
      what: "2,500 movies against 250: MB per movie",
      ...{ target: 1, measured: growth(({ peakMemory }) => peakMemory.median), unit: " ×" }
    },
    { what: "USD a month, beyond the free quantities", target: 1.5, measured: cost?.results.total },
    { what: "USD a month, the same where they are all free", target: 0.45, measured: cost?.results.total },
    { what: "USD a month, without any free quantity", target: 1.5, measured: cost?.results.listTotal }
  ]
}

/** The targets with what was measured last. */
export const targets = (results: Results): string =>
  table(
    ["What", "Target, at most", "Measured", ""],
    targetsOf(results).map(({ what, target, measured, unit = "" }) => [
      ...[what, `${digits(target, 2).replace(/\.?0+$/, "")}${unit}`],
      ...(measured === undefined || Number.isNaN(measured)
        ? ["not measured", ""]
        : [`${digits(measured, 2)}${unit}`, measured <= target ? "met" : "**missed**"])
    ])
  )
