import { useEffect, useRef, useState } from "preact/hooks"
import type { DeadLetter } from "../../operator/dlq/DeadLetter.ts"
import type { ConsoleState, Settings } from "../api.ts"
import { count } from "./format.ts"
import { useLoaded } from "./hooks.ts"
import { Empty, Heading, Load } from "./Parts.tsx"
import { server } from "./server.ts"

type Message = { readonly text: string; readonly isError?: boolean }

/** The dead letters by queue, with cause and payload; to redrive, edit or delete. */
export const DeadLetters = ({ state, settings }: { state: ConsoleState; settings: Settings }) => {
  const counts = state.queues.filter(({ deadLetters }) => deadLetters !== undefined)
  const loaded = useLoaded(`dead letters#${JSON.stringify(counts)}`, server.deadLetters)
  const [message, setMessage] = useState<Message>()
  const hidden = loaded.value?.unseen ?? 0
  // Another reader has received them: they are visible again within seconds.
  useEffect(() => {
    if (hidden === 0) return
    const timer = setTimeout(loaded.reload, 2000)
    return () => clearTimeout(timer)
  }, [hidden, loaded.value, loaded.reload])
  const isBusy = useRef(false)
  const run = async (work: () => Promise<string>) => {
    // The second click of a double click.
    if (isBusy.current) return
    isBusy.current = true
    setMessage({ text: "Working …" })
    await work().then(
      (text) => setMessage({ text }),
      (cause: Error) => setMessage({ text: cause.message, isError: true })
    )
    isBusy.current = false
    loaded.reload()
  }
  return (
    <>
      <Heading
        aside={
          !settings.isWritable && <p class="note">Read only: start the console with --write to redrive or delete.</p>
        }
      >
        Dead letters
      </Heading>
      <p role="status" class={message?.isError ? "error" : "note"}>
        {message?.text}
      </p>
      <Load of={loaded}>
        {({ messages, unseen }) => (
          <>
            {messages.length + unseen === 0 && <Empty title="No dead letters">Every message was processed.</Empty>}
            {unseen > 0 && (
              <p class="note">{count(unseen, "more message")} in flight, or behind another message of its run.</p>
            )}
            {[...Map.groupBy(messages, ({ queue }) => queue)].map(([queue, each]) => (
              <Queue key={queue} {...{ queue, run }} messages={each} isWritable={settings.isWritable} />
            ))}
          </>
        )}
      </Load>
    </>
  )
}

interface QueueProps {
  readonly queue: string
  readonly messages: ReadonlyArray<DeadLetter>
  readonly isWritable: boolean
  readonly run: (work: () => Promise<string>) => Promise<void>
}

const redriven = async (request: Parameters<typeof server.redrive>[0]) => {
  const { redriven, left } = await server.redrive(request)
  if (left.length > 0) throw new Error(left.map(({ why }) => why).join("; "))
  return `${count(redriven, "message")} of ${request.queue} redriven.`
}

const deleted = async (request: Parameters<typeof server.remove>[0]) => {
  const { deleted, left } = await server.remove(request)
  if (left.length > 0) throw new Error(left.map(({ why }) => why).join("; "))
  return `${count(deleted, "message")} of ${request.queue} deleted.`
}

const Queue = ({ queue, messages, isWritable, run }: QueueProps) => {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const ids = messages.map(({ messageId }) => messageId).filter((id) => selected.has(id))
  const toggle = (id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    setSelected(next)
  }
  const some = ids.length > 0
  const what = some ? `${ids.length} selected` : `all ${messages.length}`
  const request = { queue, ...(some && { messageIds: ids }) }
  return (
    <section aria-label={`Queue ${queue}`} class="dead-queue">
      <header>
        <h2>
          {queue} <span class="badge bad">{messages.length}</span>
        </h2>
        {isWritable && (
          <p class="actions">
            <button type="button" class="primary" onClick={() => run(() => redriven(request))}>
              Redrive {what}
            </button>
            <button
              type="button"
              onClick={() =>
                confirm(`Delete ${what} of ${queue}? They cannot be restored.`) && run(() => deleted(request))
              }
            >
              Delete {what}
            </button>
          </p>
        )}
      </header>
      <ul>
        {messages.map((message) => (
          <Letter
            key={message.messageId}
            {...{ message, isWritable, run }}
            isSelected={selected.has(message.messageId)}
            onToggle={() => toggle(message.messageId)}
          />
        ))}
      </ul>
    </section>
  )
}

const indented = (payload: string): string => {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2)
  } catch {
    return payload
  }
}

interface LetterProps extends Pick<QueueProps, "isWritable" | "run"> {
  readonly message: DeadLetter
  readonly isSelected: boolean
  readonly onToggle: () => void
}

const Letter = ({ message, isSelected, onToggle, isWritable, run }: LetterProps) => {
  const { queue, messageId, about, cause, runDate, imdbId, sentAt, payload } = message
  const [text, setText] = useState<string>()
  const isEdited = text !== undefined && text !== indented(payload)
  const request = { queue, messageIds: [messageId], ...(isEdited && { payload: text }) }
  return (
    <li class="letter">
      {isWritable && <input type="checkbox" checked={isSelected} onChange={onToggle} aria-label={`Select ${about}`} />}
      <div>
        <p>
          <strong>
            <bdi>{runDate && imdbId ? <a href={`#/runs/${runDate}/${imdbId}`}>{about}</a> : about}</bdi>
          </strong>{" "}
          {runDate && <a href={`#/runs/${runDate}`}>run {runDate}</a>}{" "}
          <small>
            sent {sentAt}, {messageId}
          </small>
        </p>
        <p class="cause">{cause}</p>
        <details>
          <summary>Payload</summary>
          <label>
            JSON that a redrive sends
            <textarea
              rows={Math.min(20, indented(payload).split("\n").length + 1)}
              spellcheck={false}
              readOnly={!isWritable}
              value={text ?? indented(payload)}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
        </details>
        {isWritable && (
          <p class="actions">
            <button type="button" onClick={() => run(() => redriven(request))}>
              {isEdited ? "Redrive with the edited payload" : "Redrive"}
            </button>
            <button
              type="button"
              onClick={() =>
                confirm(`Delete this message of ${queue}? It cannot be restored.`) &&
                run(() => deleted({ queue, messageIds: [messageId] }))
              }
            >
              Delete
            </button>
          </p>
        )}
      </div>
    </li>
  )
}
