import { variable } from "../../domain/variables.ts"
import { ModelAccount } from "../model/ModelAccount.ts"
import type { ServiceFaults } from "../model/ServiceFaults.ts"
import type { Declared } from "./declared.ts"

/** Makes what the program declares, in an account of the model. */
export const deploy = ({ queues, notifications, outputs, source }: Declared, faults: ServiceFaults): ModelAccount => {
  const account = new ModelAccount(faults)
  account.createBucket(source.bucket)
  account.createTable(outputs.moviesTable)
  const bucket = account.createBucket(outputs.moviesBucket)
  createQueues(queues, account)
  for (const { queueArn, filterPrefix, filterSuffix } of notifications.flatMap(({ inputs }) => inputs.queues)) {
    account.addNotification(bucket, filterPrefix, filterSuffix, account.findQueue(queueArn))
  }
  return account
}

/** The secret that a function is told of. */
export const secretOf = ({ functions }: Declared): string => {
  const secrets = functions.map(({ inputs }) => inputs.environment.variables[variable.omdbApiKeySecret])
  return secrets.find((arn) => arn !== undefined) ?? ""
}

/** The dead-letter queues first, for the others name them. */
const createQueues = (queues: Declared["queues"], account: ModelAccount): void => {
  const inOrder = queues.toSorted(
    (one, other) => Number("redrivePolicy" in one.inputs) - Number("redrivePolicy" in other.inputs)
  )
  for (const { name, inputs } of inOrder) {
    const { redrivePolicy: policy, visibilityTimeoutSeconds = 30, messageRetentionSeconds } = inputs
    const settings = { name, visibilityTimeoutSeconds, retentionDays: messageRetentionSeconds / 86_400 }
    const redrive = policy && {
      deadLetterQueue: account.findQueue(policy.deadLetterTargetArn),
      maxReceiveCount: policy.maxReceiveCount
    }
    account.createQueue(redrive === undefined ? settings : { ...settings, redrive })
  }
}
