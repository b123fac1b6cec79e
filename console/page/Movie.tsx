import type { ConsoleState, Stored } from "../api.ts"
import { Attempts } from "./Attempts.tsx"
import { useLoaded } from "./hooks.ts"
import { Badge, Empty, Heading, Load, Scrollable } from "./Parts.tsx"
import { server } from "./server.ts"

/** A movie of a run from end to end. */
export const Movie = ({ date, id, state }: { date: string; id: string; state: ConsoleState }) => {
  const version =
    state.run?.runDate === date ? JSON.stringify(state.run.movies.find(({ imdbId }) => imdbId === id)) : ""
  const loaded = useLoaded(`${date} ${id}#${version}`, () => server.movie(date, id))
  return (
    <Load of={loaded}>
      {({ status, roster, message, object, csvRow, item, log, why }) => (
        <>
          <Heading
            aside={
              <p class="links">
                <a href={`#/runs/${date}`}>Run {date}</a>
                <a href={`https://www.imdb.com/title/${id}/`} target="_blank" rel="noopener noreferrer">
                  IMDb
                </a>
              </p>
            }
          >
            <bdi>{status.title}</bdi> <Badge state={status.state} />
          </Heading>
          {status.cause && <p class="cause">{status.cause}</p>}
          <dl class="facts">
            <div>
              <dt>Where it is</dt>
              <dd>{status.where}</dd>
            </div>
            {status.attempts !== undefined && (
              <div>
                <dt>Attempts</dt>
                <dd>{status.attempts}</dd>
              </div>
            )}
            {status.nextAttemptAt && (
              <div>
                <dt>Next attempt</dt>
                <dd>{status.nextAttemptAt}</dd>
              </div>
            )}
            {status.messageId && (
              <div>
                <dt>Dead letter</dt>
                <dd>
                  <a href="#/dead-letters">{status.messageId}</a>
                </dd>
              </div>
            )}
          </dl>
          <section aria-labelledby="attempts">
            <h2 id="attempts">Attempts, and what the functions logged</h2>
            <Attempts log={log} why={why} />
          </section>
          <div class="steps">
            <Step
              title="1. Row of the list, in the roster"
              stored={{ key: `runs/run_date=${date}/roster.json`, text: roster }}
            />
            <Step title="2. Message" stored={message} />
            <Step title="3. Object, with OMDb's reply" stored={object} />
            <Step title="4. Row of the CSV" stored={csvRow} />
            <Step title="5. Item of the table" stored={item} />
          </div>
        </>
      )}
    </Load>
  )
}

const Step = ({ title, stored: { key, text, why } }: { title: string; stored: Stored }) => (
  <section aria-label={title}>
    <h2>{title}</h2>
    <p class="note">{key}</p>
    {text === undefined ? (
      <Empty title="Not there">{why}</Empty>
    ) : (
      <Scrollable label={`${title}, content`}>
        <pre>{text}</pre>
      </Scrollable>
    )}
  </section>
)
