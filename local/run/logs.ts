import type { LocalStack } from "../LocalStack.ts"

/** Every line that each function wrote, by its logical name. */
export const collectLogs = ({ lambda, names }: LocalStack): ReadonlyMap<string, ReadonlyArray<string>> => {
  const logs = new Map<string, Array<string>>()
  lambda.events.on("logLine", ({ function: name, line }) => {
    const logical = names.logicalOf(name)
    const lines = logs.get(logical) ?? []
    logs.set(logical, lines)
    lines.push(line)
  })
  return logs
}
