import type { Invariant } from "./Invariant.ts"

/** In milliseconds. OMDb's limit is counted by the day. */
const aDay = 86_400_000

/** Of movies whose messages were not disturbed: neither repeated, nor with a function that died or was refused. */
export const eachMovieIsTriedForADay: Invariant = ({ triggers }) =>
  triggers
    .filter(({ mapping }) => mapping.stage === "EnrichAndStoreMovie")
    .flatMap(({ mapping, tries }) => {
      const most = mapping.queue.settings.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY
      return [...tries]
        .filter(([, { first, last, receives, disturbed }]) => !disturbed && receives >= most && last - first < aDay)
        .map(([id, { first, last }]) => `${id} was received for the last time after ${(last - first) / 60_000} minutes`)
    })

/** Stages 3 and 4 ask nobody but AWS. */
export const nothingFailsWithoutAReason: Invariant = ({ triggers }) =>
  triggers
    .filter(({ mapping }) => mapping.stage !== "EnrichAndStoreMovie")
    .flatMap(({ mapping, groundless }) => groundless.map((body) => `${mapping.stage} failed at ${body} for no reason`))
