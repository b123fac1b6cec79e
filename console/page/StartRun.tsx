import { useState } from "preact/hooks"
import type { Settings } from "../api.ts"
import { server } from "./server.ts"

/** Starts a run of a date. */
export const StartRun = ({ settings, today }: { settings: Settings; today: string }) => {
  const [runDate, setRunDate] = useState("")
  const [top, setTop] = useState("")
  const [refresh, setRefresh] = useState(false)
  const [message, setMessage] = useState<{ text: string; isError?: boolean; runDate?: string }>()
  const [isBusy, setIsBusy] = useState(false)
  if (!settings.isWritable)
    return (
      <p class="note">
        Read only: start the console with <code>--write</code> to start runs.
      </p>
    )
  const { next } = settings.schedule
  const start = async (date: string) => {
    setIsBusy(true)
    const request = { ...(date && { runDate: date }), ...(top && { top: Number(top) }), ...(refresh && { refresh }) }
    await server.start(request).then(
      (started) => setMessage({ text: "", runDate: started.runDate }),
      (cause: Error) => setMessage({ text: cause.message, isError: true })
    )
    setIsBusy(false)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    return start(runDate)
  }
  return (
    <form class="start" onSubmit={submit}>
      <label>
        Date
        <input type="date" value={runDate || today} onInput={({ currentTarget }) => setRunDate(currentTarget.value)} />
      </label>
      <label>
        Movies
        <input
          type="number"
          min="1"
          max="250"
          placeholder={`${settings.top}`}
          value={top}
          onInput={({ currentTarget }) => setTop(currentTarget.value)}
        />
      </label>
      <label class="check">
        <input type="checkbox" checked={refresh} onChange={({ currentTarget }) => setRefresh(currentTarget.checked)} />{" "}
        Call OMDb again
      </label>
      <button type="submit" class="primary" disabled={isBusy}>
        Start the run
      </button>
      {next && (
        <button type="button" disabled={isBusy} onClick={() => start(next.runDate)} title={`Scheduled for ${next.at}`}>
          Start the next scheduled run ({next.runDate})
        </button>
      )}
      <p role="status" class={message?.isError ? "error" : "note"}>
        {message?.text}
        {message?.runDate && <a href={`#/runs/${message.runDate}`}>The run of {message.runDate} has started.</a>}
      </p>
    </form>
  )
}
