/** One key, or all that are good at the same time while one replaces another. */
export type Keys = string | ReadonlySet<string>

export type KeyVerdict = "missing" | "invalid" | "overLimit" | "accepted"

export interface Keyring {
  readonly use: (key: string | null) => KeyVerdict
  readonly replace: (keys: Keys) => void
  readonly startNewDay: () => void
}

/** OMDb counts the calls of each key on its own; `quotaAfter` calls are a key's day. */
export const makeKeyring = (keys: Keys, quotaAfter = Number.POSITIVE_INFINITY): Keyring => {
  const setOf = (some: Keys) => (typeof some === "string" ? new Set([some]) : new Set(some))
  const used = new Map<string, number>()
  let accepted = setOf(keys)
  return {
    use: (key) => {
      if (key === null || key === "") return "missing"
      if (!accepted.has(key)) return "invalid"
      const calls = (used.get(key) ?? 0) + 1
      used.set(key, calls)
      return calls > quotaAfter ? "overLimit" : "accepted"
    },
    replace: (next) => {
      accepted = setOf(next)
    },
    startNewDay: () => used.clear()
  }
}
