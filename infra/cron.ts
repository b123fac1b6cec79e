import * as Result from "effect/Result"

/** The dates and times of a cron expression. A date is its midnight in UTC, whatever the zone of the schedule. */
export interface Cron {
  readonly firesOn: (date: Date) => boolean
  /** Minutes after midnight, ascending. */
  readonly times: ReadonlyArray<number>
}

/**
 * Parses the six fields of a cron expression as EventBridge Scheduler documents them; fails with what is wrong. The cron
 * libraries of npm accept other dialects: they refuse `0/15` and `L` as a day of the week, and accept two days without
 * `?`, reversed names or the year 1969. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const parseCron = (fields: string): Result.Result<Cron, string> =>
  Result.gen(function* () {
    const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...more] = fields.split(" ")
    if (
      minutes === undefined ||
      hours === undefined ||
      dayOfMonth === undefined ||
      month === undefined ||
      dayOfWeek === undefined ||
      year === undefined ||
      more.length > 0
    ) {
      const names = "minutes, hours, day of month, month, day of week and year"
      return yield* Result.fail(`cron needs six fields with one space between them: ${names}`)
    }
    if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
      return yield* Result.fail("exactly one of day of month and day of week must be ?")
    }
    const minuteValues = yield* valuesOf(field.minutes, minutes)
    const hourValues = yield* valuesOf(field.hours, hours)
    const months = yield* valuesOf(field.month, month)
    const years = yield* valuesOf(field.year, year)
    const firesOnDay = dayOfWeek === "?" ? yield* dayOfMonthRule(dayOfMonth) : yield* dayOfWeekRule(dayOfWeek)
    return {
      firesOn: (date) => years.has(date.getUTCFullYear()) && months.has(date.getUTCMonth() + 1) && firesOnDay(date),
      times: [...hourValues].flatMap((hour) => [...minuteValues].map((minute) => hour * 60 + minute)).sort(ascending)
    }
  })

const ascending = (one: number, other: number) => one - other

interface Field {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Of the values from `min` on. */
  readonly names?: ReadonlyArray<string>
}

const field = {
  minutes: { name: "minutes", min: 0, max: 59 },
  hours: { name: "hours", min: 0, max: 23 },
  dayOfMonth: { name: "day of month", min: 1, max: 31 },
  month: { name: "month", min: 1, max: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ") },
  dayOfWeek: { name: "day of week", min: 1, max: 7, names: "SUN MON TUE WED THU FRI SAT".split(" ") },
  year: { name: "year", min: 1970, max: 2199 }
} satisfies Record<string, Field>

/** A list of values, ranges and steps: `1,15`, `MON-FRI`, `*`, `0/15`. */
const valuesOf = (field: Field, text: string): Result.Result<ReadonlySet<number>, string> =>
  Result.gen(function* () {
    const values = new Set<number>()
    for (const item of text.split(",")) {
      const parts = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item)
      if (parts === null) return yield* notAllowed(field, item)
      const [, from, to, step] = parts
      const first = from === undefined ? field.min : yield* fieldValue(field, from)
      const end = from === undefined || (to === undefined && step !== undefined) ? field.max : first
      const last = to === undefined ? end : yield* fieldValue(field, to)
      const increment = Number(step ?? 1)
      if (first > last) return yield* Result.fail(`the range "${item}" of the field ${field.name} runs backwards`)
      if (increment < 1 || increment > field.max) return yield* notAllowed(field, item)
      for (let value = first; value <= last; value += increment) values.add(value)
    }
    return values
  })

const fieldValue = (field: Field, text: string): Result.Result<number, string> => {
  const named = field.names?.indexOf(text) ?? -1
  const value = named === -1 ? Number(/^\d+$/.test(text) ? text : Number.NaN) : field.min + named
  return value >= field.min && value <= field.max ? Result.succeed(value) : notAllowed(field, text)
}

const notAllowed = ({ name, min, max, names }: Field, text: string) => {
  const alsoNames = names === undefined ? "" : ` or ${names[0]} to ${names.at(-1)}`
  return Result.fail(`the field ${name} does not allow "${text}": its values are ${min} to ${max}${alsoNames}`)
}

type DayRule = (date: Date) => boolean

/** `L` is the last day of the month, and `15W` the weekday nearest to the 15th in the same month. */
const dayOfMonthRule = (text: string): Result.Result<DayRule, string> => {
  if (text === "L") return Result.succeed((date) => date.getUTCDate() === lastDay(date))
  const [, nearest] = /^(\d+)W$/.exec(text) ?? []
  if (nearest !== undefined) {
    return Result.map(
      fieldValue(field.dayOfMonth, nearest),
      (day) => (date) => date.getUTCDate() === weekdayNear(date, day)
    )
  }
  return Result.map(valuesOf(field.dayOfMonth, text), (days) => (date) => days.has(date.getUTCDate()))
}

/** `L` is Saturday, `6L` the last Friday of the month, and `3#2` the second Tuesday. */
const dayOfWeekRule = (text: string): Result.Result<DayRule, string> => {
  const [, weekday, last, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(text) ?? []
  if (weekday !== undefined) {
    return Result.map(fieldValue(field.dayOfWeek, weekday), (value) => (date) => {
      const day = date.getUTCDate()
      return weekdayOf(date) === value && (last === "L" ? day > lastDay(date) - 7 : Math.ceil(day / 7) === Number(nth))
    })
  }
  const values = text === "L" ? Result.succeed(new Set([7])) : valuesOf(field.dayOfWeek, text)
  return Result.map(values, (days) => (date) => days.has(weekdayOf(date)))
}

/** From 1, Sunday, to 7. */
const weekdayOf = (date: Date) => date.getUTCDay() + 1

const lastDay = (date: Date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

/** The day of the date's month; undefined where the month is shorter. */
const weekdayNear = (date: Date, day: number): number | undefined => {
  const last = lastDay(date)
  if (day > last) return undefined
  const weekday = weekdayOf(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)))
  if (weekday === 7) return day === 1 ? 3 : day - 1
  if (weekday === 1) return day === last ? day - 2 : day + 1
  return day
}
