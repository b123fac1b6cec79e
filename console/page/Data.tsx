import { useState } from "preact/hooks"
import type { ConsoleState, DayData } from "../api.ts"
import { count } from "./format.ts"
import { useLoaded } from "./hooks.ts"
import { Empty, Heading, Load, Scrollable } from "./Parts.tsx"
import { server } from "./server.ts"

/** The rows of a day's CSV: to sort, filter and download. */
export const Data = ({ date, state }: { date: string | undefined; state: ConsoleState }) => {
  const shown = date || state.run?.runDate
  if (shown === undefined)
    return (
      <>
        <Heading>Data</Heading>
        <Empty title="No run yet">There are no data before the first run.</Empty>
      </>
    )
  return <Day date={shown} version={state.run?.runDate === shown ? `${state.run.rows} ${state.run.hasReport}` : ""} />
}

const Day = ({ date, version }: { date: string; version: string }) => {
  const loaded = useLoaded(`${date}#${version}`, () => server.data(date))
  return (
    <>
      <Heading
        aside={
          <label>
            Day{" "}
            <input
              type="date"
              value={date}
              onChange={({ currentTarget }) => {
                if (currentTarget.value) location.hash = `#/data/${currentTarget.value}`
              }}
            />
          </label>
        }
      >
        Data of {date}
      </Heading>
      <Load of={loaded}>
        {(data) =>
          data.hasCsv ? (
            <Table data={data} />
          ) : (
            <Empty title="No CSV">
              The run of {date} has no CSV: it was not exported yet, or there is no run of this date.
            </Empty>
          )
        }
      </Load>
    </>
  )
}

type Cell = DayData["rows"][number][number]

const compare = (one: Cell, other: Cell): number =>
  one === null
    ? 1
    : other === null
      ? -1
      : typeof one === "number" && typeof other === "number"
        ? one - other
        : `${one}`.localeCompare(`${other}`)

const hiddenAtFirst = new Set([
  "runDate",
  "poster",
  "image",
  "enrichedAt",
  "plot",
  "imdbId",
  "fullTitle",
  "omdbTitle",
  "type"
])

const Table = ({ data }: { data: DayData }) => {
  const [sort, setSort] = useState({ column: "rank", descending: false })
  const [filter, setFilter] = useState("")
  const columns = data.columns.filter((name) => !hiddenAtFirst.has(name))
  const at = data.columns.indexOf(sort.column)
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  const rows = data.rows
    .filter((row) => words.every((word) => row.some((cell) => `${cell ?? ""}`.toLowerCase().includes(word))))
    .toSorted((one, other) => compare(one[at] ?? null, other[at] ?? null) * (sort.descending ? -1 : 1))
  return (
    <>
      <p class="toolbar">
        <label>
          Filter{" "}
          <input
            type="search"
            value={filter}
            placeholder="a title, genre, director …"
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
        </label>
        <span role="status">{count(rows.length, "row")}</span>
        <a href={`/data/${data.runDate}/movies.csv`} download={`movies-${data.runDate}.csv`}>
          Download the CSV
        </a>
        {data.hasReport && (
          <a href={`/data/${data.runDate}/report.html`} target="_blank" rel="noopener">
            Report
          </a>
        )}
      </p>
      <Scrollable label="Rows" kind="data">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th
                  scope="col"
                  key={name}
                  aria-sort={name === sort.column ? (sort.descending ? "descending" : "ascending") : "none"}
                >
                  <button
                    type="button"
                    onClick={() => setSort({ column: name, descending: name === sort.column && !sort.descending })}
                  >
                    {name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row[data.columns.indexOf("imdbId")]}>
                {columns.map((name) => {
                  const cell = row[data.columns.indexOf(name)] ?? null
                  if (name === "title")
                    return (
                      <th scope="row" key={name}>
                        <a href={`#/runs/${data.runDate}/${row[data.columns.indexOf("imdbId")]}`}>{cell}</a>
                      </th>
                    )
                  return (
                    <td key={name} class={typeof cell === "number" ? "number" : ""} title={`${cell ?? ""}`}>
                      {typeof cell === "number" && name !== "year" ? cell.toLocaleString("en-US") : cell}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </>
  )
}
