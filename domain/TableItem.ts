import type { CsvRow } from "./CsvRow.ts"

/** The table's index of a day's ranking: `runDate`, then `rank`. */
export const byRunDate = "byRunDate"

/** One movie on one day. Absent values are absent attributes, lists are lists. */
export type TableItem = CsvRow & {
  /** The S3 `sequencer` of the CSV's arrival that the item was loaded from, right-padded with zeros to compare as text. */
  readonly loadedFrom: string
}

// S3's sequencers are hexadecimal and of any length; AWS says to right-pad the shorter with zeros before comparing.
const longest = 64

/** A sequencer in the one form in which any two compare as text. */
export const comparableSequencer = (sequencer: string): string => sequencer.padEnd(longest, "0")
