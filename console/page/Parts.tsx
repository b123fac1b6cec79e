import type { ComponentChildren } from "preact"
import type { LogEntry } from "../../operator/logs/LogEntry.ts"
import type { MovieStatus } from "../../operator/status/MovieStatus.ts"
import { time } from "./format.ts"
import type { Loaded } from "./hooks.ts"

/** What was loaded, or a sentence while it is not there. */
export const Load = <A,>({ of, children }: { of: Loaded<A>; children: (value: A) => ComponentChildren }) => {
  if (of.value !== undefined) return <>{children(of.value)}</>
  if (of.error !== undefined) return <Empty title="This cannot be shown">{of.error}</Empty>
  return (
    <p class="loading" role="status">
      Loading …
    </p>
  )
}

export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children && <p>{children}</p>}
  </div>
)

const tones: Readonly<Record<string, string>> = {
  enriched: "good",
  complete: "good",
  gap: "bad",
  gaps: "bad",
  "complete with gaps": "bad",
  "dead letter": "bad",
  missing: "bad",
  unreadable: "bad",
  unfinished: "warn",
  "provisional gap": "warn",
  provisional: "warn",
  pending: "warn",
  waiting: "info",
  none: "none"
}
export const toneOf = (state: string): string => tones[state] ?? "info"

export const Badge = ({ state, children }: { state: string; children?: ComponentChildren }) => (
  <span class={`badge ${toneOf(state)}`}>{children ?? state}</span>
)

export const MovieLink = ({ date, movie }: { date: string; movie: Pick<MovieStatus, "imdbId" | "title"> }) => (
  <a href={`#/runs/${date}/${movie.imdbId}`}>
    <bdi>{movie.title}</bdi>
  </a>
)

/** A region that scrolls by itself, also with the keyboard. */
export const Scrollable = ({
  label,
  kind = "",
  children
}: {
  label: string
  kind?: string
  children: ComponentChildren
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop the keyboard cannot scroll it (axe: scrollable-region-focusable)
  <section class={`scroll ${kind}`} aria-label={label} tabIndex={0}>
    {children}
  </section>
)

/** Log lines; never empty without a reason. */
export const LogPane = ({
  entries,
  why,
  date
}: {
  entries: ReadonlyArray<LogEntry>
  why?: string | undefined
  date?: string
}) => {
  if (entries.length === 0) return <Empty title="No log lines">{why ?? "Nothing has been logged yet."}</Empty>
  return (
    <Scrollable label="Log" kind="log">
      <table>
        <thead class="hidden">
          <tr>
            <th>Time, UTC</th>
            <th>Level</th>
            <th>Function</th>
            <th>Movie</th>
            <th>Message</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, index) => (
            <tr key={`${entry.at} ${index}`} class={`level-${entry.level.toLowerCase() || "none"}`}>
              <td>
                <time dateTime={entry.at} title={entry.at}>
                  {time(entry.at)}
                </time>
              </td>
              <td>{entry.level}</td>
              <td>{entry.stage}</td>
              <td>
                {entry.imdbId && date ? <a href={`#/runs/${date}/${entry.imdbId}`}>{entry.imdbId}</a> : entry.imdbId}
              </td>
              <td>
                {entry.message}{" "}
                {Object.entries(entry.fields)
                  .filter(([name]) => name !== "messageId" && name !== "keys")
                  .map(([name, value]) => (
                    <span class="field" key={name}>
                      {name}=<b>{value}</b>{" "}
                    </span>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  )
}

export const Heading = ({ children, aside }: { children: ComponentChildren; aside?: ComponentChildren }) => (
  <header class="heading">
    <h1>{children}</h1>
    {aside}
  </header>
)
