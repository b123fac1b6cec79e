import { isJson } from "./protocol.ts"
import { AwsError } from "./Service.ts"

type Matches = (message: string) => boolean
type Expression = (event: unknown) => boolean

/**
 * A filter pattern of CloudWatch Logs: terms that must all occur, or an expression over the fields of a JSON message, such
 * as `{ ($.level = "ERROR") || ($.imdbId = "tt0068646") }`. Not implemented: numeric comparisons, `-` and `?` before terms.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const parseLogFilter = (pattern: string): Matches => {
  const text = pattern.trim()
  if (!text.startsWith("{")) {
    const terms = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "")
    if (terms.some((term) => /^[-?%]/.test(term))) throw invalid(pattern, "only terms that must occur are implemented")
    return (message) => terms.every((term) => message.includes(term))
  }
  const expression = parseExpression(pattern, text)
  return (message) => {
    try {
      return expression(JSON.parse(message))
    } catch {
      return false
    }
  }
}

const invalid = (pattern: string, detail: string) =>
  new AwsError(400, "InvalidParameterException", `Invalid filter pattern ${pattern}: ${detail}.`)

const tokenPattern = /\s*(&&|\|\||[(){}]|!=|=|\$(?:\.[\w-]+)+|"(?:[^"\\]|\\.)*"|[\w.*-]+)/y

const parseExpression = (pattern: string, text: string): Expression => {
  const tokens: Array<string> = []
  tokenPattern.lastIndex = 0
  while (text.slice(tokenPattern.lastIndex).trim() !== "") {
    const [, token] = tokenPattern.exec(text) ?? []
    if (token === undefined) throw invalid(pattern, "it has an operator that is not implemented")
    tokens.push(token)
  }
  let at = 0
  const expect = (token: string) => {
    if (tokens[at++] !== token) throw invalid(pattern, `${token} is expected before ${tokens[at - 1] ?? "the end"}`)
  }
  const comparison = (): Expression => {
    if (tokens[at] === "(") {
      at++
      const inner = alternatives()
      expect(")")
      return inner
    }
    const [selector = "", operator, value = ""] = tokens.slice(at, at + 3)
    if (!selector.startsWith("$.") || (operator !== "=" && operator !== "!=")) {
      throw invalid(pattern, 'a comparison such as $.level = "ERROR" is expected')
    }
    at += 3
    const path = selector.slice(2).split(".")
    const wanted = value.startsWith('"') ? value.slice(1, -1) : value
    const regex = new RegExp(`^${wanted.split("*").map(escapeRegex).join(".*")}$`)
    return (event) => {
      const found = path.reduce<unknown>((each, name) => (isJson(each) ? each[name] : undefined), event)
      // A comparison with a field that is absent is false, also with !=.
      return found !== undefined && regex.test(String(found)) === (operator === "=")
    }
  }
  const combined = (operator: "&&" | "||", operand: () => Expression) => (): Expression => {
    const operands = [operand()]
    for (; tokens[at] === operator; operands.push(operand())) at++
    return (event) => (operator === "&&" ? operands.every((each) => each(event)) : operands.some((each) => each(event)))
  }
  const alternatives = combined("||", combined("&&", comparison))
  expect("{")
  const expression = alternatives()
  expect("}")
  return expression
}

const escapeRegex = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
