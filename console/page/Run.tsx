import type { ConsoleState, RunDetails, Settings } from "../api.ts"
import { count } from "./format.ts"
import { useLoaded } from "./hooks.ts"
import { Badge, Heading, Load, LogPane, MovieLink, Scrollable } from "./Parts.tsx"
import { server } from "./server.ts"
import { Timeline } from "./Timeline.tsx"

/** A run: how it ended, each movie over time, and the log. */
export const Run = ({ date, state, settings }: { date: string; state: ConsoleState; settings: Settings }) => {
  const isLatest = state.run?.runDate === date
  const version = isLatest ? JSON.stringify([state.run, state.stages.map(({ lines }) => lines)]) : ""
  const loaded = useLoaded(`${date}#${version}`, () => server.run(date))
  return (
    <Load of={loaded}>
      {({ run, log, why }) => (
        <>
          <Heading aside={<Links {...{ run, date }} />}>
            Run {date} <Badge state={run.end.state} />
          </Heading>
          {run.end.state === "unfinished" && (
            <ul class="waits">
              {run.end.waitsFor.map(({ what, why, command }) => (
                <li key={what}>
                  <b>{what}</b>: {why}
                  {command && (
                    <>
                      {" "}
                      — <code>npm run etl -- {command}</code>
                    </>
                  )}
                </li>
              ))}
            </ul>
          )}
          <section aria-labelledby="timeline">
            <h2 id="timeline">Timeline</h2>
            <Timeline {...{ run, log, date }} stages={settings.graph.map(({ name }) => name)} />
          </section>
          <section aria-labelledby="movies">
            <h2 id="movies">{count(run.movies.length, "movie")}</h2>
            <Movies {...{ run, date }} />
          </section>
          <section aria-labelledby="log">
            <h2 id="log">Log</h2>
            <LogPane entries={log} why={why} date={date} />
          </section>
        </>
      )}
    </Load>
  )
}

const Links = ({ run, date }: { run: RunDetails["run"]; date: string }) => (
  <p class="links">
    <a href={`#/data/${date}`}>Data</a>
    {run.hasCsv && (
      <a href={`/data/${date}/movies.csv`} download={`movies-${date}.csv`}>
        CSV
      </a>
    )}
    {run.hasReport && (
      <a href={`/data/${date}/report.html`} target="_blank" rel="noopener">
        Report
      </a>
    )}
  </p>
)

const Movies = ({ run, date }: { run: RunDetails["run"]; date: string }) => (
  <Scrollable label="Movies">
    <table>
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">Movie</th>
          <th scope="col">State</th>
          <th scope="col">Attempts</th>
          <th scope="col">Next attempt</th>
          <th scope="col">Where</th>
          <th scope="col">Cause</th>
        </tr>
      </thead>
      <tbody>
        {run.movies.map((movie) => (
          <tr key={movie.imdbId}>
            <td>{movie.rank}</td>
            <th scope="row">
              <MovieLink date={date} movie={movie} />
            </th>
            <td>
              <Badge state={movie.state} />
            </td>
            <td>{movie.attempts}</td>
            <td>{movie.nextAttemptAt}</td>
            <td>{movie.where}</td>
            <td>{movie.cause}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scrollable>
)
