import { request } from "node:http"
import { connect } from "node:net"

/** The status of the answer to a request with these headers. */
export const asked = (endpoint: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(endpoint, { headers }, (answer) => resolve(answer.resume().statusCode))
      .on("error", reject)
      .end()
  })

export const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const end = (connected: boolean) => () => {
      socket.destroy()
      resolve(connected)
    }
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false))
  })
