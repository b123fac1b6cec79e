/**
 * The signal of Ctrl-C, of a stop by the system, or of a reader who has left (`npm start | head`). npm passes Ctrl-C on,
 * so it comes twice: the second is the same wish, not a greater hurry.
 */
export const interruption = (): AbortSignal => {
  const controller = new AbortController()
  const stop = () => controller.abort(new Interrupted())
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop)
  process.stdout.on("error", stop)
  return controller.signal
}

class Interrupted extends Error {
  override readonly name = "Interrupted"
  constructor() {
    super("Interrupted.")
  }
}

/** Settles as the promise does, or rejects as soon as the signal is given. */
export const unlessInterrupted = <A>(signal: AbortSignal, promise: Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const interrupt = () => reject(signal.reason)
    if (signal.aborted) return interrupt()
    signal.addEventListener("abort", interrupt, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", interrupt))
  })
