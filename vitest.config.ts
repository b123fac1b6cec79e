import { defineConfig } from "vitest/config"

/** Of the fuzz tests, which test/fuzz/fuzz.test.ts runs in a process with a limit of its memory. */
const fuzz = {
  include: ["test/fuzz/*.fuzz.ts"],
  pool: "forks" as const,
  execArgv: ["--max-old-space-size=200"],
  testTimeout: 60_000
}

const tests = {
  include: ["test/**/*.test.ts"],
  // Test files of one worker share their modules, and with them one local cloud. No test leaves shared state changed.
  isolate: false,
  maxWorkers: 2,
  testTimeout: 120_000,
  hookTimeout: 120_000
}

export default defineConfig(process.env["FUZZ"] === undefined ? { test: tests } : { test: fuzz })
