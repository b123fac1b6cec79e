const toRegExp = (pattern: string): RegExp => {
  const source = pattern.replace(/[\\^$.*+?()[\]{}|/]/g, (character) => {
    if (character === "*") return ".*"
    return character === "?" ? "." : `\\${character}`
  })
  return new RegExp(`^${source}$`, "su")
}

/** Whether a text is like a pattern, in which `*` stands for any characters, `/` and `:` too, and `?` for one. */
export const isLike = (pattern: string, text: string): boolean => toRegExp(pattern).test(text)

/** Actions are the same in capitals and small letters. */
export const isLikeAction = (pattern: string, action: string): boolean =>
  isLike(pattern.toLowerCase(), action.toLowerCase())

/** `arn`, partition, service, region, account, and all the rest, in which a colon separates nothing any more. */
const fieldsOf = (arn: string): ReadonlyArray<string> => {
  const parts = arn.split(":")
  return [...parts.slice(0, 5), parts.slice(5).join(":")]
}

/** Whether an ARN is like a pattern, field by field: no wildcard reaches from one of the six into the next. */
export const isLikeArn = (pattern: string, arn: string): boolean => {
  const fields = fieldsOf(arn)
  return fieldsOf(pattern).every((field, position) => isLike(field, fields[position] ?? ""))
}
