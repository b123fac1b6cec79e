import type { CsvRow } from "./CsvRow.ts"

/** The table's index for the ranking of a day: `runDate`, then `rank`. */
export const byRunDate = "byRunDate"

/** One movie on one day. Absent values are absent attributes, lists are lists. */
export type TableItem = CsvRow & {
  /** The `sequencer` of the S3 event whose CSV the item was loaded from, as `comparableSequencer` returns it. */
  readonly loadedFrom: string
}

/**
 * A sequencer in the form in which any two of them compare as strings. AWS: the values are hexadecimal and of any length;
 * to compare two, right-pad the shorter one with zeros. Without the zeros at their ends they compare in the same order.
 */
export const comparableSequencer = (sequencer: string): string => sequencer.toUpperCase().replace(/0+$/, "") || "0"
