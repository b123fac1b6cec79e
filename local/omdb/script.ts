import type { Failure, OmdbRule } from "./OmdbRule.ts"

export interface Script {
  /** `onMet` is called before each answer that the rule gives. */
  readonly add: (rule: OmdbRule, onMet?: () => void) => void
  readonly failureFor: (imdbId: string | null) => Failure | undefined
  readonly clear: () => void
}

interface InForce {
  readonly rule: OmdbRule
  readonly onMet: () => void
  toSkip: number
  left: number
}

/** Rules in the order they were given: the first that fits, skips no more and is not used up decides. */
export const makeScript = (): Script => {
  let rules: Array<InForce> = []
  const decides = (inForce: InForce, imdbId: string | null): boolean => {
    const { rule } = inForce
    if (inForce.left === 0 || (rule.imdbId !== undefined && rule.imdbId !== imdbId)) return false
    if (inForce.toSkip === 0) return true
    inForce.toSkip -= 1
    return false
  }
  return {
    add: (rule, onMet = () => {}) => {
      rules.push({ rule, onMet, toSkip: rule.skip ?? 0, left: rule.times ?? Number.POSITIVE_INFINITY })
    },
    failureFor: (imdbId) => {
      const found = rules.find((inForce) => decides(inForce, imdbId))
      if (found === undefined) return undefined
      found.left -= 1
      found.onMet()
      return found.rule.answer
    },
    clear: () => {
      rules = []
    }
  }
}
