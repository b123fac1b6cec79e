import { SeededRandom } from "../../local/SeededRandom.ts"

const digits = "9".repeat(400)

/** JSON that parsers and schemas read differently, overflow on, or are slow at. */
const hostileJson = [
  ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e-200", "1e308", "1e400", "9007199254740993", digits],
  ...["[]", "{}", "[[]]", '{"__proto__":{"a":1}}', '{"constructor":1,"toString":2,"length":-1}', "[null,[],{}]"],
  // Deeper than the call stack, so that a recursive function fails.
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`
]

const hostileTexts = [
  ...["", " ", "\0", "\n", "\r\n", "\u2028", "\uFEFF", "\uFFFE", "\uD800", "\uDC00\uD83C", "\u202Egpj", "\u200B"],
  ...["=1+1", "＝1+1", "'", '"', "\\", "|", ",", ";", "%", "%2", "%00", "+", "<", "&amp;amp;", "&#0;", "&#xD800;", "&"],
  ...["__proto__", "constructor", "N/A", "NaN", "Infinity", "-0", "1e1", "0x10", "1,0", "9,99", `1${digits}`, digits],
  ...["tt0000000", "tt00111161", "TT111161 ", "tt123456789", "2026-02-30", "9999-12-31", "-000001-01-01", "../..", "/"],
  ...["a", " ", "\t", "\\", '"', "<", "&", ",", "(", "'", "|", "1,", "&amp;"].map((part) => part.repeat(50_000))
]

/** Changes valid inputs at random places. The same seed gives the same changes. */
export class Mutator {
  private readonly random: SeededRandom

  constructor(seed: string) {
    this.random = new SeededRandom(seed)
  }

  /** The value as JSON, with one to three parts of it replaced, removed, renamed, added or repeated. */
  json(value: unknown): string {
    const root = { value: structuredClone(value) }
    const inserted: Array<string> = []
    for (let times = this.random.between(1, 3); times > 0; times--) this.changePart(root, inserted)
    const json = (JSON.stringify(root.value) ?? "").replace(/"\u007Fjson(\d+)"/g, (_, index) => inserted[index] ?? "")
    return this.random.chance(250) ? this.text(json) : json
  }

  /** The text, with one to three parts of it removed, repeated, moved or replaced. */
  text(text: string): string {
    let changed = text
    for (let times = this.random.between(1, 3); times > 0; times--) {
      const start = this.random.between(0, changed.length)
      const end = Math.min(changed.length, start + this.random.between(0, this.random.chance(300) ? changed.length : 8))
      const part = changed.slice(start, end)
      const replacements = [
        "",
        part + part,
        part.slice(0, 1_000).repeat(100),
        this.hostileText(),
        [...part].reverse().join("")
      ]
      changed = `${changed.slice(0, start)}${this.pick(replacements)}${changed.slice(end)}`
    }
    return changed
  }

  pick<A>(items: ReadonlyArray<A>): A {
    return items[this.random.between(0, items.length - 1)] as A
  }

  private hostileText(): string {
    return this.pick(hostileTexts)
  }

  private changePart(root: object, inserted: Array<string>): void {
    const parts = partsOf(root)
    if (parts.length === 0) return
    const [parent, key] = this.pick(parts)
    const current = parent[key]
    // Stands for the JSON until the rest is written: deeply nested values cannot be written by JSON.stringify.
    const anyJson = () => `\u007Fjson${inserted.push(this.pick(hostileJson)) - 1}`
    const replacements = [
      anyJson,
      () => this.hostileText(),
      () =>
        Array.isArray(current)
          ? Array.from(current).flatMap((item) => Array.from({ length: 50 }, () => item))
          : [current],
      () => (typeof current === "string" ? this.text(current) : String(current)),
      () => (typeof current === "string" ? Number(current.replace(/\D/g, "")) : { ...Object(current) })
    ]
    const change = this.random.between(1, 8)
    if (change === 1) delete parent[key]
    else if (change === 2) parent[this.hostileText()] = anyJson()
    else parent[key] = this.pick(replacements)()
  }
}

type Parent = Record<string, unknown>

/** Every part of the value, as the object or array that it is in, and its key there. */
const partsOf = (parent: object): ReadonlyArray<readonly [parent: Parent, key: string]> =>
  Object.entries(parent).flatMap(([key, value]) => [
    [parent as Parent, key] as const,
    ...(typeof value === "object" && value !== null ? partsOf(value) : [])
  ])
