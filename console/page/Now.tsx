import type { ConsoleState, GraphNode, GraphStage, QueueState, Settings, StageState } from "../api.ts"
import { count, time } from "./format.ts"
import { Badge, Empty, Heading, MovieLink } from "./Parts.tsx"
import { StartRun } from "./StartRun.tsx"

/** The pipeline with live counts, and the latest run. */
export const Now = ({ settings, state }: { settings: Settings; state: ConsoleState }) => {
  const { run } = state
  const { schedule } = settings
  return (
    <>
      <Heading
        aside={
          <p class="note">
            {schedule.words}, {schedule.timeZone}
            {schedule.paused ? " (paused)" : ""}
          </p>
        }
      >
        Now
      </Heading>
      {state.problems.map((problem) => (
        <p class="error" role="alert" key={problem}>
          {problem}
        </p>
      ))}
      <div class="columns">
        <section aria-labelledby="pipeline">
          <h2 id="pipeline">Pipeline</h2>
          <ol class="pipeline">
            {settings.graph.map((stage) => (
              <Stage key={stage.name} {...{ stage, state }} />
            ))}
          </ol>
        </section>
        <section aria-labelledby="latest">
          <h2 id="latest">
            {run === undefined ? (
              "Latest run"
            ) : (
              <>
                Run <a href={`#/runs/${run.runDate}`}>{run.runDate}</a> <Badge state={run.end.state} />
              </>
            )}
          </h2>
          <StartRun settings={settings} today={state.today} />
          {run === undefined ? (
            <Empty title="No run yet">
              {settings.isWritable
                ? "Start one above, or wait for the schedule."
                : `The schedule starts the first: ${schedule.words}, ${schedule.timeZone}.`}
            </Empty>
          ) : (
            <Movies run={run} />
          )}
        </section>
      </div>
    </>
  )
}

const Movies = ({ run }: { run: NonNullable<ConsoleState["run"]> }) => (
  <>
    {run.end.state === "unfinished" && (
      <ul class="waits">
        {run.end.waitsFor.map(({ what, why }) => (
          <li key={what}>
            <b>{what}</b>: {why}
          </li>
        ))}
      </ul>
    )}
    <ol class="movies" aria-label="Movies of the run">
      {run.movies.slice(0, maxMovies).map((movie) => (
        <li key={movie.imdbId}>
          <span class="rank">{movie.rank}</span>
          <span class="title">
            <MovieLink date={run.runDate} movie={movie} />
            {movie.cause && <small>{movie.cause}</small>}
          </span>
          <Badge state={movie.state} />
        </li>
      ))}
    </ol>
    {run.movies.length > maxMovies && (
      <p>
        <a href={`#/runs/${run.runDate}`}>All {count(run.movies.length, "movie")}</a>
      </p>
    )}
  </>
)

const maxMovies = 50

const Stage = ({ stage, state }: { stage: GraphStage; state: ConsoleState }) => {
  const logged = state.stages.find(({ name }) => name === stage.name)
  const dead = stage.deadLetters === undefined ? undefined : findDead(state, stage.deadLetters)
  const deadCount = dead === undefined ? 0 : dead.visible + dead.hidden
  return (
    <li class={`stage ${logged && logged.errors > 0 ? "failing" : ""}`}>
      <div class="from">
        {stage.eventsOf && <Node node={stage.eventsOf} state={state} verb="objects of" />}
        {stage.trigger && <Node node={stage.trigger} state={state} />}
        {stage.inputs
          .filter(({ type }) => type !== "bucket")
          .map((node) => (
            <Node key={node.name} node={node} state={state} />
          ))}
      </div>
      <div class="function">
        <strong>{stage.name.split(/(?=[A-Z])/).flatMap((word) => [<wbr key={word} />, word])}</strong>
        <Logged logged={logged} />
        {stage.deadLetters && (
          <a href="#/dead-letters" class={`dead ${deadCount > 0 ? "bad" : ""}`}>
            {count(deadCount, "dead letter")}
          </a>
        )}
      </div>
      <div class="to">
        {stage.outputs.map((node) => (
          <Node key={`${node.type} ${node.name}`} node={node} state={state} />
        ))}
      </div>
    </li>
  )
}

const Logged = ({ logged }: { logged: StageState | undefined }) => {
  if (logged === undefined || logged.lines === 0) return <small>nothing logged in this run</small>
  return (
    <small>
      {count(logged.invocations, "invocation")}
      {logged.lastAt && <>, last {time(logged.lastAt)}</>}
      {logged.errors > 0 && (
        <span class="error">
          {count(logged.errors, "error")}: {logged.lastError}
        </span>
      )}
    </small>
  )
}

const findDead = ({ queues }: ConsoleState, { name }: GraphNode): QueueState | undefined =>
  queues.find(
    ({ deadLetters }) => deadLetters !== undefined && (name === deadLetters || name === `${deadLetters}-dead-letters`)
  )

const Node = ({ node, state, verb = "" }: { node: GraphNode; state: ConsoleState; verb?: string }) => {
  const { run, queues } = state
  const name = node.name.replace("arn:aws:s3:::", "s3://").replace(/^https?:\/\//, "")
  const queue = /queue$/i.test(node.type)
    ? queues.find((each) => each.name === node.name && each.deadLetters === undefined)
    : undefined
  const enriched = run?.movies.filter(({ state }) => state === "enriched").length ?? 0
  const facts =
    queue !== undefined
      ? [`${queue.visible} visible`, `${queue.hidden} hidden`]
      : node.type === "table"
        ? [count(run?.rows ?? 0, "row")]
        : node.type === "bucket" && verb === ""
          ? [`${enriched} enriched`, ...(run?.hasCsv ? ["CSV"] : []), ...(run?.hasReport ? ["report"] : [])]
          : []
  const isBusy = queue !== undefined && queue.visible + queue.hidden > 0
  return (
    <div class={`node type-${node.type.toLowerCase()} ${isBusy ? "busy" : ""}`}>
      <span>
        {verb} {node.type === "outside" ? name : `${name} ${words[node.type] ?? node.type}`}
      </span>
      {facts.length > 0 && <small>{facts.join(", ")}</small>}
    </div>
  )
}

const words: Readonly<Record<string, string>> = { fifoQueue: "queue, FIFO" }
