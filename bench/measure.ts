/** What was to be measured did not do its work, so its time says nothing. */
export class MeasurementFailed extends Error {
  override readonly name = "MeasurementFailed"
}

export const failMeasurement = (message: string): never => {
  throw new MeasurementFailed(message)
}

/** Of several rounds: the median, and the range without the lowest and the highest quarter. */
export interface Measurement {
  readonly median: number
  readonly low: number
  readonly high: number
}

const quantile = (sorted: ReadonlyArray<number>, part: number): number => {
  const position = part * (sorted.length - 1)
  const [below = 0, above = 0] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  return below + (above - below) * (position - Math.floor(position))
}

export const measurementOf = (values: ReadonlyArray<number>): Measurement => {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

/** The measurement of each number of the rounds' results. */
export const measurementsOf = <Name extends string>(
  rounds: ReadonlyArray<Readonly<Record<Name, number>>>
): Readonly<Record<Name, Measurement>> => {
  const names = Object.keys(rounds[0] ?? {}) as Array<Name>
  const entries = names.map((name) => [name, measurementOf(rounds.map((round) => round[name]))] as const)
  return Object.fromEntries(entries) as Record<Name, Measurement>
}

/**
 * Measures all subjects in each round, in an order that rotates: what else the machine does affects all of them alike.
 */
export const interleaved = async <Subject, Result>(
  subjects: ReadonlyArray<Subject>,
  rounds: number,
  measure: (subject: Subject) => Promise<Result>
): Promise<ReadonlyMap<Subject, ReadonlyArray<Result>>> => {
  const results = new Map<Subject, Array<Result>>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++) {
    const rotated = [...subjects.slice(round % subjects.length), ...subjects.slice(0, round % subjects.length)]
    for (const subject of rotated) results.get(subject)?.push(await measure(subject))
  }
  return results
}
