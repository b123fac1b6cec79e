import type { RunDay } from "../../operator/runs/RunGrid.ts"
import type { ConsoleState } from "../api.ts"
import { count, duration, weekdayOf } from "./format.ts"
import { useLoaded } from "./hooks.ts"
import { Heading, Load, toneOf } from "./Parts.tsx"
import { server } from "./server.ts"

/** The last 30 days, a row for each week. */
export const Runs = ({ state }: { state: ConsoleState }) => {
  const loaded = useLoaded(`runs#${state.run?.runDate} ${state.run?.end.state} ${state.run?.hasCsv}`, server.runs)
  return (
    <>
      <Heading>Runs</Heading>
      <Load of={loaded}>
        {({ days }) => (
          <>
            <ol class="calendar" aria-label="Days">
              {days.map((day, index) => (
                <Day key={day.runDate} day={day} offset={index === 0 ? offsetOf(day) : undefined} />
              ))}
            </ol>
            <p class="legend">
              {["complete", "gaps", "provisional", "pending", "unfinished", "none"].map((name) => (
                <span key={name}>
                  <i class={toneOf(name)} aria-hidden="true" /> {name} {days.filter((day) => day.state === name).length}
                </span>
              ))}
            </p>
          </>
        )}
      </Load>
    </>
  )
}

const offsetOf = ({ runDate }: RunDay) => ((new Date(`${runDate}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

const Day = ({ day, offset }: { day: RunDay; offset: number | undefined }) => {
  const { runDate, state, enriched, total, durationMs } = day
  const content = (
    <>
      <span class="date">
        <small>{weekdayOf(runDate)}</small> {runDate.slice(5)}
      </span>
      <strong>{state}</strong>
      <small>
        {enriched === undefined ? "" : `${enriched} of ${count(total ?? 0, "movie")}`}
        {durationMs === undefined ? "" : `, ${duration(durationMs)}`}
      </small>
    </>
  )
  const style = offset === undefined ? "" : `--start:${offset}`
  return (
    <li style={style} class={`day ${toneOf(state)}`}>
      {state === "none" ? (
        <span class="cell">{content}</span>
      ) : (
        <a class="cell" href={`#/runs/${runDate}`}>
          {content}
        </a>
      )}
    </li>
  )
}
