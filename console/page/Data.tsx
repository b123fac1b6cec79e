import { useState } from "preact/hooks"
import type { ConsoleState, DataSource, DayData } from "../api.ts"
import { count } from "./format.ts"
import { useLoaded } from "./hooks.ts"
import { Empty, Heading, Load, Scrollable } from "./Parts.tsx"
import { server } from "./server.ts"

/** The rows of a day's CSV or table items: to sort, filter and download. */
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
  const [source, setSource] = useState<DataSource>("csv")
  const loaded = useLoaded(`${date} ${source}#${version}`, () => server.data(date, source))
  return (
    <>
      <Heading
        aside={
          <p class="toolbar">
            <label>
              Source{" "}
              <select
                value={source}
                onChange={({ currentTarget }) => setSource(currentTarget.value === "table" ? "table" : "csv")}
              >
                <option value="csv">CSV</option>
                <option value="table">Movies table</option>
              </select>
            </label>
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
          </p>
        }
      >
        Data of {date}
      </Heading>
      <Load of={loaded}>
        {(data) =>
          data.rows.length > 0 ? (
            <Table data={data} />
          ) : source === "table" ? (
            <Empty title="No items">The table has no item of {date}: its CSV was not loaded yet, or has no row.</Empty>
          ) : data.hasCsv ? (
            <Empty title="No rows">The CSV of {date} has no row: no movie was enriched.</Empty>
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

/** Absent values come last in both directions. */
const compare = (one: Cell, other: Cell, sign: number): number =>
  one === null || other === null ? Number(one === null) - Number(other === null) : sign * compareValues(one, other)

const compareValues = (one: string | number, other: string | number): number =>
  typeof one === "number" && typeof other === "number" ? one - other : `${one}`.localeCompare(`${other}`)

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
  const [showsAll, setShowsAll] = useState(false)
  const columns = data.columns.filter((name) => showsAll || !hiddenAtFirst.has(name))
  const at = data.columns.indexOf(sort.column)
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  const rows = data.rows
    .filter((row) => words.every((word) => row.some((cell) => `${cell ?? ""}`.toLowerCase().includes(word))))
    .toSorted((one, other) => compare(one[at] ?? null, other[at] ?? null, sort.descending ? -1 : 1))
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
        <label class="check">
          <input
            type="checkbox"
            checked={showsAll}
            onChange={({ currentTarget }) => setShowsAll(currentTarget.checked)}
          />{" "}
          All columns
        </label>
        <span role="status">{count(rows.length, "row")}</span>
        {data.hasCsv && (
          <a href={`/data/${data.runDate}/movies.csv`} download={`movies-${data.runDate}.csv`}>
            Download the CSV
          </a>
        )}
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
                        <a href={`#/runs/${data.runDate}/${row[data.columns.indexOf("imdbId")]}`}>
                          <bdi>{cell}</bdi>
                        </a>
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
