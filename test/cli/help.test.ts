import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { benchCommand } from "../../bench/main.ts"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { devCommand } from "../../local/run/dev.ts"
import { startCommand } from "../../local/run/start.ts"
import { etlCommand } from "../../operator/main.ts"
import { plan } from "../../plan/main.ts"
import { conformanceCommand } from "../conformance/command.ts"
import { simulate } from "../simulation/simulateCommand.ts"
import { runInProcess } from "../support/runInProcess.ts"

/** The commands and subcommands that have no subcommands of their own. */
const leaves = (command: Command.Command.Any): ReadonlyArray<Command.Command.Any> => {
  const children = command.subcommands.flatMap(({ commands }) => [...commands])
  return children.length === 0 ? [command] : children.flatMap(leaves)
}

/** Parses arguments without running the command. */
const parsed = new CannotRun({ message: "parsed" })
const parser = <Name extends string, Input, ContextInput, E, R>(
  command: Command.Command<Name, Input, ContextInput, E, R>
) => ({
  name: command.name,
  leaves: leaves(command),
  parse: runCommand(Command.provideEffectDiscard(command, Effect.fail(parsed)))
})
const parsers = [
  parser(etlCommand),
  parser(startCommand),
  parser(devCommand),
  parser(plan(".")),
  parser(benchCommand),
  parser(conformanceCommand),
  parser(simulate)
]

const examples = parsers.flatMap(({ name, leaves }) =>
  leaves.map((leaf) => [name, leaf.name, leaf.examples.map(({ command }) => command)] as const)
)

describe("the examples of --help", () => {
  it.each(examples)("are there, and the command accepts them: %s %s", async (_, __, commands) => {
    assert.isNotEmpty(commands)
    for (const command of commands) {
      const line = command.replace(/^[A-Z_]+=\S+ /, "").replace(" --silent", "")
      const { name, parse } = parsers.find(({ name }) => `${line} `.startsWith(name.replace(/ --$/, " "))) ?? {}
      assert.exists(parse, command)
      const args = line.slice(name?.length).trim().split(/\s+/)
      const { stderr } = await runInProcess(parse?.(args[0] === "" ? [] : args) ?? Effect.succeed(0))
      assert.strictEqual(stderr, "parsed", command)
    }
  })
})

describe("--completions", () => {
  const script = async (shell: string) => (await runInProcess(runCommand(etlCommand)(["--completions", shell]))).stdout

  it("completes commands, subcommands and options in bash", async () => {
    const bash = await script("bash")
    const complete = (line: string) => {
      const words = line.split(" ")
      const setup = `COMP_WORDS=(${words.join(" ")}${line.endsWith(" ") ? "''" : ""}); COMP_CWORD=${words.length - 1}`
      const input = `${bash}\n${setup}; COMP_LINE='${line}'; COMP_POINT=${line.length}; _etl; echo "\${COMPREPLY[@]}"`
      return execFileSync("bash", [], { input, encoding: "utf8" }).trim().split(/\s+/)
    }
    assert.deepStrictEqual(complete("etl st"), ["status"])
    assert.deepStrictEqual(complete("etl dlq red"), ["redrive"])
    assert.includeMembers(complete("etl logs --"), ["--movie", "--follow", "--stack"])
  })

  it.each([
    ["zsh", /^#compdef etl\n[\s\S]*'status:Run status/],
    ["fish", /complete -c etl -n '__fish_use_subcommand' -f -a 'status'/]
  ])("prints a script for %s", async (shell, expected) => {
    assert.match(await script(shell), expected)
  })
})
