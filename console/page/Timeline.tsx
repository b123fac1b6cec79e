import type { LogEntry } from "../../operator/logs/LogEntry.ts"
import type { RunDetails } from "../api.ts"
import { count, duration, time } from "./format.ts"
import { invocationsOf } from "./invocations.ts"
import { Empty } from "./Parts.tsx"

interface Props {
  readonly run: RunDetails["run"]
  readonly log: ReadonlyArray<LogEntry>
  readonly date: string
  readonly stages: ReadonlyArray<string>
}

/**
 * A line for each function and each movie, from the first log line to the last: a bar for each invocation, a dashed line
 * while a movie waits for its next attempt, a mark for each log line.
 */
export const Timeline = ({ run, log, date, stages }: Props) => {
  const [first, last] = [log[0], log.at(-1)]
  if (first === undefined || last === undefined)
    return <Empty title="No timeline">Nothing was logged about this run, so its times are not known.</Empty>
  const [start, end] = [Date.parse(first.at), Date.parse(last.at)]
  const span = Math.max(end - start, 1)
  const percent = (from: string, to: string) => ((Date.parse(to) - Date.parse(from)) / span) * 100
  const range = (from: string, to: string) => `left:${percent(first.at, from)}%;width:${percent(from, to)}%`
  const isOfNoMovie = ({ imdbId }: LogEntry) => imdbId === undefined
  const lanes = [
    ...stages.map((name) => ({
      name,
      href: undefined,
      entries: log.filter((entry) => entry.stage === name && isOfNoMovie(entry)),
      next: undefined
    })),
    ...run.movies.slice(0, maxMovies).map(({ imdbId, title, nextAttemptAt }) => ({
      name: title,
      href: `#/runs/${date}/${imdbId}`,
      entries: log.filter((entry) => entry.imdbId === imdbId),
      next: nextAttemptAt
    }))
  ].filter(({ entries }) => entries.length > 0)
  return (
    <div class="timeline">
      <div class="lane scale" aria-hidden="true">
        <span />
        <span class="track">
          <i>{time(first.at)}</i>
          <i>+{duration(span)}</i>
        </span>
      </div>
      {lanes.map(({ name, href, entries, next }) => (
        <div class="lane" key={href ?? name}>
          <span class="name">{href ? <a href={href}>{name}</a> : <b>{name}</b>}</span>
          <span
            class="track"
            role="img"
            aria-label={`${name}, ${count(invocationsOf(entries).length, "invocation")}: ${entries.map(({ at, message }) => `${time(at)} ${message}`).join(", ")}`}
          >
            {invocationsOf(entries).map(({ from, to, waitsFrom }) => (
              <>
                {href && waitsFrom && (
                  <i class="wait" style={range(waitsFrom, from)} title={`waits until ${time(from)}`} />
                )}
                <i class="work" style={range(from, to)} />
              </>
            ))}
            {entries.map((entry, index) => (
              <i
                key={index}
                class={`mark level-${entry.level.toLowerCase()}`}
                style={`left:${percent(first.at, entry.at)}%`}
                title={`${time(entry.at)} ${entry.stage}: ${entry.message}`}
              />
            ))}
          </span>
          {next && <small>next attempt {next}</small>}
        </div>
      ))}
    </div>
  )
}

const maxMovies = 100
