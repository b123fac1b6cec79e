import type { Condition, Operator } from "./policy.ts"
import { isLike, isLikeArn } from "./wildcards.ts"

export type Context = Readonly<Record<string, string>>

const isMet: Readonly<Record<Operator, (wanted: string, actual: string) => boolean>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: isLike,
  // The same two, in AWS's own words.
  ArnEquals: isLikeArn,
  ArnLike: isLikeArn,
  Bool: (wanted, actual) => wanted === actual.toLowerCase()
}

/** Whether each key has one of the values wanted of it; a key that the request does not have meets nothing. */
export const areMet = (conditions: ReadonlyArray<Condition>, context: Context): boolean => {
  if (conditions.length === 0) return true
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return conditions.every(({ operator, key, values }) => {
    const actual = given.get(key)
    return actual !== undefined && values.some((wanted) => isMet[operator](wanted, actual))
  })
}
