import type { Failure, OmdbRule } from "./OmdbRule.ts"

export interface Script {
  readonly add: (rule: OmdbRule) => void
  readonly failureFor: (imdbId: string | null) => Failure | undefined
  readonly clear: () => void
}

/** Rules in the order they were given: the first that fits and is not used up decides. */
export const makeScript = (): Script => {
  let rules: Array<{ readonly rule: OmdbRule; left: number }> = []
  return {
    add: (rule) => {
      rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY })
    },
    failureFor: (imdbId) => {
      const found = rules.find(({ rule, left }) => left > 0 && (rule.imdbId === undefined || rule.imdbId === imdbId))
      if (found) found.left -= 1
      return found?.rule.answer
    },
    clear: () => {
      rules = []
    }
  }
}
