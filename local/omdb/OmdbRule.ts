import * as Schema from "effect/Schema"

const ImdbId = Schema.String.check(Schema.isPattern(/^tt\d{7,8}$/))
const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 }))
const FinalStatus = Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))

const failure = <const Kind extends string, const Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ kind: Schema.tag(kind), ...fields })

/** One way in which OMDb is known to fail. */
export const OmdbFailure = Schema.Union([
  /** 401, "Request limit reached!" */
  failure("quota", {}),
  /** 401, "Invalid API key!", whatever the key */
  failure("invalidKey", {}),
  /** 200, "Incorrect IMDb ID." */
  failure("unknownMovie", {}),
  /** 200, "Error getting data." */
  failure("errorGettingData", {}),
  /** An HTML page: 503 the origin's, 522 and 524 Cloudflare's. */
  failure("unavailable", { status: Schema.Literals([503, 522, 524]) }),
  /** 403, Cloudflare's HTML page */
  failure("blocked", {}),
  /** No answer until the client goes away or the stand-in closes. */
  failure("hang", {}),
  /** The usual answer, late. */
  failure("slow", { delayMs: Milliseconds }),
  /** The usual answer with something inside a string that JSON forbids. */
  failure("malformed", { by: Schema.Literals(["backslash", "controlCharacter"]) }),
  /** The connection is reset. */
  failure("reset", {}),
  /** The answer about another id: OMDb merges ids. */
  failure("anotherMovie", { imdbId: ImdbId }),
  /** Anything else, word for word; JSON unless `contentType` says otherwise. */
  failure("custom", {
    status: FinalStatus,
    body: Schema.String,
    contentType: Schema.optionalKey(Schema.NonEmptyString)
  })
])
export type OmdbFailure = typeof OmdbFailure.Type

/**
 * What the stand-in shall answer instead of the truth: to calls about `imdbId` (absent: about anything), once `skip` of
 * them have passed (absent: none), `times` times (absent: for ever). Calls whose key is refused neither meet a rule nor
 * use it up.
 *
 * Decode it with `onExcessProperty: "error"`: otherwise a misspelt `times` makes "fail once" into "fail for ever".
 */
export const OmdbRule = Schema.Struct({
  imdbId: Schema.optionalKey(ImdbId),
  skip: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  times: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  answer: OmdbFailure
})
export type OmdbRule = typeof OmdbRule.Type

export interface OmdbRules {
  /** `onMet` is called before each answer that the rule gives. */
  readonly add: (rule: OmdbRule, onMet?: () => void) => void
  readonly nextFailure: (imdbId: string | null) => OmdbFailure | undefined
  readonly clear: () => void
}

interface InForce {
  readonly rule: OmdbRule
  readonly onMet: () => void
  toSkip: number
  left: number
}

/** Rules in the order they were given: the first that fits, skips no more and is not used up decides. */
export const makeOmdbRules = (): OmdbRules => {
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
    nextFailure: (imdbId) => {
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
