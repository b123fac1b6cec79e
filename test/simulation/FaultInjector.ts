import * as Effect from "effect/Effect"
import {
  blocked,
  errorGettingData,
  invalidKey,
  malformed,
  type OmdbResponse,
  quota,
  unavailable,
  unknownMovie
} from "../../local/omdb/responses.ts"
import { movieReply, type OmdbFault } from "../model/ModelOmdb.ts"
import { CallFailed, type ServiceCall, ServiceFaults } from "../model/ServiceFaults.ts"
import { CurrentInvocation } from "./LambdaFunctions.ts"
import {
  activeRates,
  type FaultRates,
  type MovieFault,
  noFaults,
  type Outage,
  rankIn,
  type Scenario
} from "./Scenario.ts"
import type { SeededRandom, Timeline } from "./Timeline.ts"

const json: OmdbResponse = { status: 200, headers: {}, body: movieReply("tt0000000", 0) }

const omdbDown: Partial<Record<Outage["what"], OmdbFault>> = {
  "OMDb answers 503": unavailable[503],
  "OMDb answers 403 in HTML": blocked,
  "OMDb answers malformed JSON": malformed(json, "backslash"),
  "OMDb says Error getting data.": errorGettingData,
  "OMDb never answers": "hang",
  "OMDb resets the connection": "reset",
  "OMDb's daily limit is reached": quota,
  "OMDb rejects every key": invalidKey
}

const awsDown: Partial<Record<Outage["what"], (call: ServiceCall) => boolean>> = {
  "S3 takes no objects": ({ operation }) => operation === "PutObject",
  "S3 gives no objects": ({ operation }) => operation === "GetObject",
  "S3 lists no objects": ({ operation }) => operation === "ListObjectsV2",
  "SQS takes no messages": ({ operation }) => operation === "SendMessageBatch",
  "SQS changes no visibility": ({ operation }) => operation === "ChangeMessageVisibility",
  "DynamoDB throttles": ({ service }) => service === "dynamodb",
  "the secret cannot be read": ({ service }) => service === "secretsmanager"
}

const awsSlow: Partial<Record<Outage["what"], ServiceCall["service"]>> = {
  "S3 is slow": "s3",
  "DynamoDB is slow": "dynamodb"
}

const trouble: Record<MovieFault["with"], OmdbFault> = {
  "OMDb has no movie it": unknownMovie,
  "OMDb answers about another": json,
  "OMDb garbles it": malformed(json, "controlCharacter"),
  "its answer hangs": "hang"
}

const writes: ReadonlySet<string> = new Set(["PutObject", "SendMessageBatch", "PutItem", "DeleteItem"])

/** After three attempts of six seconds an AWS client gives up. */
const longestAwsCall = 18_000

/** What befalls the pipeline in a scenario, until it is over. */
export class FaultInjector extends ServiceFaults {
  private readonly scenario: Scenario
  private readonly world: Timeline
  private readonly dice: SeededRandom
  private over = false

  constructor(scenario: Scenario, world: Timeline, dice: SeededRandom) {
    super()
    this.scenario = scenario
    this.world = world
    this.dice = dice
  }

  /** From now on, nothing goes wrong any more. */
  stop(): void {
    this.over = true
  }

  get storm(): FaultRates {
    return this.over ? noFaults : activeRates(this.scenario)
  }

  happens(what: keyof FaultRates): boolean {
    return this.dice.chance(this.storm[what])
  }

  isActive(what: Outage["what"]): boolean {
    return this.outages().includes(what)
  }

  private outages(): ReadonlyArray<Outage["what"]> {
    if (this.over) return []
    const seconds = this.world.elapsed / 1000
    return this.scenario.outages
      .filter(({ from, lasts }) => seconds >= from && seconds < from + lasts)
      .map(({ what }) => what)
  }

  /** What OMDb says of the movie of that rank in place of the truth. */
  omdbFault(rank: number): OmdbFault | undefined {
    const down = this.outages()
      .map((what) => omdbDown[what])
      .find((failing) => failing !== undefined)
    if (down !== undefined || this.over) return down
    const { top, troubles } = this.scenario
    const found = troubles.find((each) => rankIn(top, each) === rank)
    return found && trouble[found.with]
  }

  override acceptsEntry = Effect.map(CurrentInvocation, (invocation) => {
    const accepted = invocation === undefined || !this.happens("refused")
    if (!accepted) invocation.refused.push("an entry of SendMessageBatch")
    return accepted
  })

  override indexLag = () => (this.over ? 0 : this.dice.between(0, 3_000))

  override call = Effect.fnUntraced(function* <A>(
    this: FaultInjector,
    call: ServiceCall,
    perform: (now: number) => A
  ): Effect.fn.Return<A, CallFailed> {
    const invocation = yield* CurrentInvocation
    // An operator's calls go well: what redrives do in bad weather is the handlers' matter.
    if (invocation === undefined) return perform(this.world.now)
    const { dice, world } = this
    const what = `${call.operation} ${call.resource}`
    const tell = (how: string) => world.record(`${invocation.id} ${what}: ${how}`)
    const wait = Effect.fnUntraced(function* (milliseconds: number) {
      yield* Effect.sleep(milliseconds)
      if (!invocation.alive) return yield* Effect.never
    })
    const dieAt = Effect.fnUntraced(function* (moment: string) {
      tell(`the function dies ${moment} it`)
      invocation.end("died")
      return yield* Effect.never
    })
    const refuse = (how: string) => {
      tell(how)
      invocation.refused.push(what)
      return new CallFailed({ detail: how })
    }

    yield* wait(dice.between(1, 150))
    const down = this.outages().find((each) => awsDown[each]?.(call))
    if (down !== undefined) return yield* refuse(down)
    if (this.happens("refused")) return yield* refuse("refused")
    const dies = this.happens("killed")
    if (dies && dice.chance(500)) return yield* dieAt("before")
    if (writes.has(call.operation) && this.happens("late")) {
      world.schedule(dice.between(100, 5_000), () => {
        tell("carried out late")
        perform(world.now)
      })
      return yield* refuse("refused, but carried out late")
    }
    const isSlow = this.outages().some((each) => awsSlow[each] === call.service)
    const slow = this.happens("slow") ? dice.between(2_000, 40_000) : isSlow ? dice.between(500, 10_000) : 0
    if (slow > 0 && call.service !== "omdb") invocation.slowed = true
    yield* wait(slow / 2)
    const answer = perform(world.now)
    if (call.operation === "PutObject") world.record(`${invocation.id} puts ${call.resource}`)
    if (dies) return yield* dieAt("after")
    if (call.service !== "omdb" && slow > longestAwsCall) return yield* refuse("carried out, and no answer in time")
    if (this.happens("answerLost")) return yield* refuse("carried out, and the answer is lost")
    yield* wait(slow / 2 + dice.between(1, 150))
    return answer
  })
}
