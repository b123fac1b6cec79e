import { afterAll, beforeAll } from "vitest"
import { removeConnectionFile, writeConnectionFile } from "../../local/run/dev.ts"
import { command } from "../../operator/main.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import { runInProcess, type TestTerminal } from "../support/runInProcess.ts"

/** Runs the arguments of `npm run etl --` in this process. */
export const etl = (args: ReadonlyArray<string>, terminal?: TestTerminal) => runInProcess(command(args), terminal)

/** The shared stack with a connection file as `npm run dev` writes it, and the operator's commands on it. */
export const useOperatedStack = () => {
  const { current } = useSharedStack()
  beforeAll(() => writeConnectionFile(current().stack))
  afterAll(() => removeConnectionFile(current().stack))
  const flags = () => ["--local", "--port", new URL(current().stack.cloud.endpoint).port]
  return {
    current,
    etl: (...args: ReadonlyArray<string>) => etl([...args, ...flags()]),
    etlOn: (terminal: TestTerminal, ...args: ReadonlyArray<string>) => etl([...args, ...flags()], terminal)
  }
}
