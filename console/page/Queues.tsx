import { useEffect, useRef } from "preact/hooks"
import uPlot from "uplot"
import type { ConsoleState } from "../api.ts"
import type { Sample } from "./hooks.ts"
import { Empty, Heading, Scrollable } from "./Parts.tsx"

/** Counts of every queue. Messages of a queue with a consumer are not shown: a receive would use up an attempt. */
export const Queues = ({ state, samples }: { state: ConsoleState; samples: ReadonlyArray<Sample> }) => (
  <>
    <Heading>Queues</Heading>
    <section aria-labelledby="depth">
      <h2 id="depth">Messages since this page was opened</h2>
      <Depth samples={samples} />
    </section>
    <section aria-labelledby="counts">
      <h2 id="counts">Counts</h2>
      <Scrollable label="Counts">
        <table>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col">Visible</th>
              <th scope="col">In flight, delayed or waiting</th>
              <th scope="col">Content</th>
            </tr>
          </thead>
          <tbody>
            {state.queues.map(({ name, visible, hidden, deadLetters }) => (
              <tr
                key={`${name} ${deadLetters}`}
                class={deadLetters !== undefined && visible + hidden > 0 ? "bad-row" : ""}
              >
                <th scope="row">{deadLetters === undefined ? name : `${name} (dead letters)`}</th>
                <td>{visible}</td>
                <td>{hidden}</td>
                <td>
                  {deadLetters === undefined ? (
                    "only counts: a receive would use up an attempt"
                  ) : (
                    <a href="#/dead-letters">Dead letters</a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </section>
  </>
)

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name)

const Depth = ({ samples }: { samples: ReadonlyArray<Sample> }) => {
  const element = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const data: uPlot.AlignedData = [
    samples.map(({ at }) => at),
    samples.map(({ depth }) => depth),
    samples.map(({ deadLetters }) => deadLetters)
  ]
  useEffect(() => {
    if (element.current === null) return
    const axis = { stroke: color("--muted"), grid: { stroke: color("--line") }, ticks: { stroke: color("--line") } }
    const width = element.current.clientWidth
    plot.current = new uPlot(
      {
        ...{ width, height: 220 },
        scales: { y: { range: (_, __, max) => [0, Math.max(max, 5)] } },
        axes: [axis, { ...axis, incrs: [1, 2, 5, 10, 25, 50, 100, 500, 1000] }],
        series: [
          {},
          { label: "in queues", stroke: color("--accent"), width: 2 },
          { label: "dead letters", stroke: color("--bad"), width: 2, dash: [6, 4] }
        ]
      },
      data,
      element.current
    )
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.current?.clientWidth ?? width, height: 220 })
    )
    observer.observe(element.current)
    return () => {
      observer.disconnect()
      plot.current?.destroy()
    }
  }, [samples.length > 1])
  useEffect(() => plot.current?.setData(data), [data])
  const last = samples.at(-1)
  if (samples.length < 2 || last === undefined)
    return <Empty title="No change yet">The chart begins with the first change of a count.</Empty>
  return (
    <div
      ref={element}
      class="chart"
      role="img"
      aria-label={`Now ${last.depth} in queues and ${last.deadLetters} dead letters`}
    />
  )
}
