import { inWords } from "./inWords.ts"
import type { Broken, Story } from "./simulate.ts"
import type { Verdict } from "./trial.ts"

const brokenInWords = ({ when, promise, what }: Broken): string => `${when}, not kept: ${promise}. ${what}`

/** So many ways in which promises are broken; the others are mostly the same for other movies. */
const told = 3

const allBroken = ({ broken }: Story): ReadonlyArray<string> => [
  ...broken.slice(0, told).map(brokenInWords),
  ...(broken.length > told ? [`and ${broken.length - told} more`] : [])
]

const indented = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.map((line) => `  ${line}`)

/** Of all that happened, what came last before a promise was found broken. */
const shown = 30

const historyOf = ({ history }: Story, whole: boolean): ReadonlyArray<string> => {
  const left = whole ? 0 : Math.max(0, history.length - shown)
  return [...(left === 0 ? [] : [`(${left} lines before; --history shows them)`]), ...history.slice(left)]
}

export const commandFor = (seed: number, mutation?: string): string =>
  `npm run simulate -- --seed ${seed}${mutation === undefined ? "" : ` --mutation "${mutation}"`}`

/** What a seed that broke a promise has to tell, for whoever mends it. */
export const report = (
  { seed, story, least }: Verdict,
  { mutation, history = false }: { readonly mutation?: string; readonly history?: boolean } = {}
): string =>
  [
    `Seed ${seed} breaks a promise:`,
    ...indented(allBroken(story)),
    "The story:",
    ...indented(inWords(story.scenario)),
    ...(least === undefined || least.steps === 0
      ? ["What happened:", ...indented(historyOf(story, history))]
      : [
          `The least that was found to break it, too, in ${least.steps} steps:`,
          ...indented(inWords(least.story.scenario)),
          ...indented(allBroken(least.story)),
          "What happened there:",
          ...indented(historyOf(least.story, history))
        ]),
    `Alone: ${commandFor(seed, mutation)}`
  ].join("\n")
