import { useCallback, useEffect, useState } from "preact/hooks"
import type { ConsoleState } from "../api.ts"
import { token } from "./server.ts"

export interface Loaded<A> {
  readonly value?: A
  readonly error?: string
  readonly reload: () => void
}

/** Loads a value, and again whenever `key` changes; the old one stays while the new one is loaded. */
export const useLoaded = <A>(key: string, load: () => Promise<A>): Loaded<A> => {
  const [result, setResult] = useState<{ value?: A; error?: string; of?: string }>({})
  const [count, setCount] = useState(0)
  const page = key.split("#", 1)[0] ?? ""
  useEffect(() => {
    let isCurrent = true
    load().then(
      (value) => isCurrent && setResult({ value, of: page }),
      (cause: Error) => isCurrent && setResult({ error: cause.message, of: page })
    )
    return () => {
      isCurrent = false
    }
  }, [key, count])
  const reload = useCallback(() => setCount((each) => each + 1), [])
  return { ...(result.of === page ? result : {}), reload }
}

export type Connection = "connecting" | "open" | "lost"

export interface Sample {
  readonly at: number
  readonly depth: number
  readonly deadLetters: number
}

/** In samples of the chart of queues. */
const maxSamples = 600

/** The server's events. The browser connects again by itself; a page of an earlier server reloads. */
export const useConsoleState = () => {
  const [state, setState] = useState<ConsoleState>()
  const [connection, setConnection] = useState<Connection>("connecting")
  const [samples, setSamples] = useState<ReadonlyArray<Sample>>([])
  useEffect(() => {
    const events = new EventSource("/events")
    events.addEventListener("open", () => setConnection("open"))
    events.addEventListener("error", () => setConnection("lost"))
    events.addEventListener("token", ({ data }) => {
      if (data !== token) location.reload()
    })
    events.addEventListener("state", ({ data }) => {
      const next: ConsoleState = JSON.parse(data)
      setState(next)
      const total = (isDead: boolean) =>
        next.queues
          .filter(({ deadLetters }) => (deadLetters !== undefined) === isDead)
          .reduce((sum, { visible, hidden }) => sum + visible + hidden, 0)
      const sample = { at: Date.parse(next.at) / 1000, depth: total(false), deadLetters: total(true) }
      setSamples((all) => [...all, sample].slice(-maxSamples))
    })
    return () => events.close()
  }, [])
  return { state, connection, samples }
}

/** The part of the address after `#/`, by its slashes. */
export const useRoute = (): ReadonlyArray<string> => {
  const read = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent)
  const [route, setRoute] = useState(read)
  useEffect(() => {
    const onChange = () => {
      setRoute(read())
      document.querySelector("main")?.focus({ preventScroll: true })
      scrollTo(0, 0)
    }
    addEventListener("hashchange", onChange)
    return () => removeEventListener("hashchange", onChange)
  }, [])
  return route
}
