import * as Schema from "effect/Schema"

const failure = <const Kind extends string, const Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ kind: Schema.tag(kind), ...fields })

/** A known failure of OMDb. */
export const OmdbFailure = Schema.Union([
  /** 401, "Request limit reached!" */
  failure("quota", {}),
  /** 401, "Invalid API key!", for every key */
  failure("invalidKey", {}),
  /** 200, "Incorrect IMDb ID." */
  failure("unknownMovie", {}),
  /** An HTML page: 503 of the origin, 522 and 524 of Cloudflare. */
  failure("unavailable", { status: Schema.Literals([503, 522, 524]) }),
  /** The movie, with a character in a string that JSON forbids. */
  failure("malformed", { by: Schema.Literals(["backslash", "controlCharacter"]) }),
  failure("reset", {}),
  /** Any other reply; JSON by default. */
  failure("custom", {
    status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
    body: Schema.String,
    contentType: Schema.optionalKey(Schema.NonEmptyString)
  })
])
export type OmdbFailure = typeof OmdbFailure.Type

/**
 * A failure for the calls about `imdbId` (absent: about any movie), after `skip` of them have passed (absent: none),
 * `times` times (absent: always). Calls with a rejected key match no rule.
 */
export interface OmdbRule {
  readonly imdbId?: string
  readonly skip?: number
  readonly times?: number
  readonly failure: OmdbFailure
}

interface ActiveRule {
  readonly rule: OmdbRule
  readonly onApplied: () => void
  toSkip: number
  remaining: number
}

/** Rules in the order they were added: the first that matches, skips no more and is not used up applies. */
export class OmdbRules {
  #rules: Array<ActiveRule> = []

  readonly add = (rule: OmdbRule, onApplied: () => void = () => {}): void => {
    this.#rules.push({ rule, onApplied, toSkip: rule.skip ?? 0, remaining: rule.times ?? Number.POSITIVE_INFINITY })
  }

  nextFailure(imdbId: string | null): OmdbFailure | undefined {
    const found = this.#rules.find((active) => applies(active, imdbId))
    if (found === undefined) return undefined
    found.remaining -= 1
    found.onApplied()
    return found.rule.failure
  }

  clear(): void {
    this.#rules = []
  }
}

const applies = (active: ActiveRule, imdbId: string | null): boolean => {
  const { rule } = active
  if (active.remaining === 0 || (rule.imdbId !== undefined && rule.imdbId !== imdbId)) return false
  if (active.toSkip === 0) return true
  active.toSkip -= 1
  return false
}
