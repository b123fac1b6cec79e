import { render } from "preact"
import { useEffect } from "preact/hooks"
import "uplot/dist/uPlot.min.css"
import "./style.css"
import { Data } from "./Data.tsx"
import { DeadLetters } from "./DeadLetters.tsx"
import { useConsoleState, useLoaded, useRoute } from "./hooks.ts"
import { Movie } from "./Movie.tsx"
import { Now } from "./Now.tsx"
import { Empty, Load } from "./Parts.tsx"
import { Queues } from "./Queues.tsx"
import { Run } from "./Run.tsx"
import { Runs } from "./Runs.tsx"
import { Settings } from "./Settings.tsx"
import { server } from "./server.ts"

const pages = {
  "": "Now",
  runs: "Runs",
  "dead-letters": "Dead letters",
  queues: "Queues",
  data: "Data",
  settings: "Settings"
}

const App = () => {
  const { state, connection, samples } = useConsoleState()
  const settings = useLoaded(`settings#${state?.today ?? ""}`, server.settings)
  const [page = "", date, id] = useRoute()
  useEffect(() => {
    document.title = [id, date, pages[page as keyof typeof pages], "IMDb ETL"].filter(Boolean).join(" · ")
  }, [page, date, id])
  const dead =
    state?.queues
      .filter(({ deadLetters }) => deadLetters !== undefined)
      .reduce((sum, { visible, hidden }) => sum + visible + hidden, 0) ?? 0
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector("main")?.focus()}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href="#/">
          IMDb <b>ETL</b>
        </a>
        <nav aria-label="Pages">
          {Object.entries(pages).map(([path, name]) => (
            <a key={path} href={`#/${path}`} aria-current={page === path ? "page" : undefined}>
              {name}
              {path === "dead-letters" && dead > 0 && <span class="badge bad">{dead}</span>}
            </a>
          ))}
        </nav>
        <span class={`connection ${connection}`} role="status">
          {settings.value?.stack}{" "}
          <span>
            {connection === "open"
              ? state === undefined
                ? "reading the state …"
                : "live"
              : connection === "lost"
                ? "no connection, trying again …"
                : "connecting …"}
          </span>
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <Load of={settings}>
          {(settings) => {
            if (state === undefined)
              return (
                <p class="loading" role="status">
                  Waiting for the first state …
                </p>
              )
            if (page === "") return <Now {...{ settings, state }} />
            if (page === "runs" && date && id) return <Movie key={`${date} ${id}`} {...{ date, id, state }} />
            if (page === "runs" && date) return <Run key={date} {...{ date, state, settings }} />
            if (page === "runs") return <Runs state={state} />
            if (page === "dead-letters") return <DeadLetters {...{ state, settings }} />
            if (page === "queues") return <Queues {...{ state, samples }} />
            if (page === "data") return <Data key={date} {...{ date, state }} />
            if (page === "settings") return <Settings settings={settings} />
            return (
              <Empty title="There is no such page">
                <a href="#/">Now</a>
              </Empty>
            )
          }}
        </Load>
      </main>
    </>
  )
}

const root = document.querySelector("#app")
if (root !== null) render(<App />, root)
