import type { LogEntry } from "../../operator/logs/LogEntry.ts"
import { count, duration, time } from "./format.ts"
import { invocationsOf } from "./invocations.ts"
import { Empty, LogPane } from "./Parts.tsx"

/** The stage whose invocations are the attempts of a movie. */
const attemptedBy = "EnrichAndStoreMovie"

/** What was logged about a movie, by invocation. */
export const Attempts = ({ log, why }: { log: ReadonlyArray<LogEntry>; why: string | undefined }) => {
  const invocations = invocationsOf(log)
  if (invocations.length === 0) return <Empty title="No log lines">{why ?? "Nothing has been logged yet."}</Empty>
  return (
    <ol class="attempts">
      {invocations.map(({ stage, number, from, waitsFrom, entries }) => (
        <li key={`${stage} ${number}`}>
          <h3>
            {stage === attemptedBy ? `Attempt ${number}` : stage}{" "}
            <small>
              {stage === attemptedBy && `${stage}, `}
              {time(from)}, {count(entries.length, "line")}
              {waitsFrom && `, ${duration(Date.parse(from) - Date.parse(waitsFrom))} after the one before`}
            </small>
          </h3>
          <LogPane entries={entries} />
        </li>
      ))}
    </ol>
  )
}
