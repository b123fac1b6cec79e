const blocks = "▁▂▃▄▅▆▇█"

/** One block per value, the highest for the greatest value; a space where there is none. */
export const sparkline = (values: ReadonlyArray<number | undefined>): string => {
  const known = values.filter((value) => value !== undefined)
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  const blockOf = (value: number) =>
    // Equal values are in the middle.
    greatest === least ? "▄" : blocks[Math.round(((value - least) / (greatest - least)) * (blocks.length - 1))]
  return values.map((value) => (value === undefined ? " " : blockOf(value))).join("")
}
