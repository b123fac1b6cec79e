/** Ever greater numbers of 16 hex digits, beginning with the time, so that those of a later run are greater still. */
export const makeSequencer = (): (() => string) => {
  let last = BigInt(Date.now()) << 20n
  return () => {
    last += 1n
    return last.toString(16).toUpperCase().padStart(16, "0")
  }
}
