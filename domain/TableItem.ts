import type { CsvRow } from "./CsvRow.ts"

/** The table's index for the ranking of a day: `runDate`, then `rank`. */
export const byRunDate = "byRunDate"

/** One movie on one day. Absent values are absent attributes, lists are lists. */
export type TableItem = CsvRow & {
  /** The `sequencer` of the S3 event whose CSV the item was loaded from, padded by `comparableSequencer`. */
  readonly loadedFrom: string
}

// S3 sequencers are hexadecimal strings of any length. AWS: right-pad the shorter one with zeros, then compare.
const maxLength = 64

/** Pads a sequencer so that any two of them compare as strings. */
export const comparableSequencer = (sequencer: string): string => sequencer.padEnd(maxLength, "0")
