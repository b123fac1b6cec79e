import { timingSafeEqual } from "node:crypto"
import { tokenHeader } from "../api.ts"

interface Request {
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface AccessRules {
  readonly port: number
  readonly token: string
  readonly isWritable: boolean
}

/**
 * Why a request is refused; undefined where it is not. Another host name is that of a DNS rebinding, another origin that of
 * a web page which is not the console, and a write without the token has no page of this server.
 */
export const refusal = ({ method, headers }: Request, { port, token, isWritable }: AccessRules): string | undefined => {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host = "", origin } = headers
  if (!hosts.includes(host)) return `The console answers only at ${hosts[0]}.`
  if (origin !== undefined && !hosts.some((each) => origin === `http://${each}`)) {
    return "Requests from web pages of another origin are refused."
  }
  const site = headers["sec-fetch-site"]
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "Requests from web pages of another origin are refused."
  }
  if (method === "GET" || method === "HEAD") return undefined
  if (!isWritable) return "This console is read only: start it with --write."
  return isEqual(headers[tokenHeader] ?? "", token) ? undefined : "The page is of an earlier server: reload it."
}

const isEqual = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
