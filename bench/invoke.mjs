// One execution environment: imports a bundle, invokes its handler with each event, and writes to a file what that took.
// Plain JavaScript, so that no type is stripped before the first measurement. All times are in milliseconds.
import { existsSync, readFileSync, writeFileSync } from "node:fs"

const [bundle, eventsFile, resultFile, warmUp = "0"] = process.argv.slice(2)
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
/** In MB. `maxRSS` also counts the process that started this one. */
const peakMemory = () => {
  const ofThisProcess = /VmHWM:\s+(\d+)/.exec(
    existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : ""
  )
  return Number(ofThisProcess?.[1] ?? process.resourceUsage().maxRSS) / 1024
}
const events = JSON.parse(readFileSync(eventsFile, "utf8"))
const context = (index) => ({
  functionName: "bench",
  awsRequestId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  getRemainingTimeInMillis: () => 30_000
})

// For the local cloud's endpoint without TLS the SDK imports node:http, which it does not for AWS's, and Node loads undici
// to export these: 20 ms that only a handler with `fetch` needs on AWS.
for (const name of ["WebSocket", "CloseEvent", "MessageEvent"]) {
  Object.defineProperty(process.getBuiltinModule("node:http"), name, { value: undefined })
}

const started = cpu()
const { handler } = await import(bundle)
const imported = cpu()
const results = []
let first
let warm
for (const [index, event] of events.entries()) {
  if (index === Number(warmUp)) warm = { cpu: cpu(), at: performance.now() }
  results.push(await handler(event, context(index)))
  first ??= { cpu: cpu(), wall: performance.now() }
}
const end = { cpu: cpu(), at: performance.now() }
writeFileSync(
  resultFile,
  JSON.stringify({
    importCpu: imported - started,
    firstCpu: first.cpu,
    firstWall: first.wall,
    peakMemory: peakMemory(),
    warmCpu: end.cpu - warm.cpu,
    warmWall: end.at - warm.at,
    failures: results.flatMap((result) => result?.batchItemFailures ?? [])
  })
)
process.exit(0)
