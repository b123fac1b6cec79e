import { rankIn, type Scenario, type Storm, stormOf } from "./Scenario.ts"

const small: Record<keyof Storm, string> = {
  refused: "a call is refused",
  answerLost: "a call's answer is lost",
  late: "a write is refused and carried out late",
  slow: "a call takes seconds",
  killed: "a function dies at a call",
  acknowledgementLost: "a batch's acknowledgement is lost",
  twice: "something comes twice",
  toldLate: "the word of an object comes minutes late"
}

/** `2 h 10 min`, `45 s`. */
export const duration = (seconds: number): string => {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"]
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return said.length === 0 ? "0 s" : said.join(" ")
}

/** A scenario as a person would tell it, a line for each thing. */
export const inWords = (scenario: Scenario): ReadonlyArray<string> => {
  const { days, top, outages, troubles, deeds } = scenario
  const storm = stormOf(scenario)
  return [
    `${days === 1 ? "one day" : `${days} days`}, the best ${top}`,
    ...Object.entries(small)
      .map(([what, words]) => ({ words, chances: storm[what as keyof Storm] }))
      .filter(({ chances }) => chances > 0)
      .map(({ words, chances }) => `${chances} times in a thousand, ${words}`),
    ...outages.map(({ what, from, lasts }) => `after ${duration(from)}, for ${duration(lasts)}: ${what}`),
    ...troubles.map((trouble) => `the movie of rank ${rankIn(top, trouble)}: ${trouble.with}`),
    ...deeds.map(({ what, at }) => `after ${duration(at)}, somebody ${what}`)
  ]
}
