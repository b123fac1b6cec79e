import { listenOnLoopback } from "../local/cloud/listenOnLoopback.ts"
import { responseForId } from "../local/omdb/responses.ts"

export const omdbKey = "bench-key"

const template = "tt0111161"

/** The stand-in's replies after a time, without limits: a movie that it does not have gets the facts of another one. */
export const startBenchOmdb = async () => {
  let calls = 0
  const omdb = { latencyMs: 0, calls: () => calls }
  const { url, close } = await listenOnLoopback((request, response) => {
    calls++
    const id = new URL(request.url ?? "", "http://127.0.0.1").searchParams.get("i") ?? ""
    const known = responseForId(id)
    const reply = known.body.includes('"Response":"True"')
      ? known
      : { ...responseForId(template), body: responseForId(template).body.replaceAll(template, id) }
    const send = () => response.writeHead(reply.status, reply.headers).end(reply.body)
    if (omdb.latencyMs === 0) send()
    else setTimeout(send, omdb.latencyMs)
  }, 0)
  return Object.assign(omdb, { url, close })
}

export type BenchOmdb = Awaited<ReturnType<typeof startBenchOmdb>>
