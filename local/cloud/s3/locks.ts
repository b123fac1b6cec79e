/** Work under the same name is done one after another, in the order it came; a failure holds nobody up. */
export const makeLocks = () => {
  const tails = new Map<string, Promise<unknown>>()

  return async <A>(name: string, work: () => Promise<A>): Promise<A> => {
    const turn = Promise.resolve(tails.get(name)).then(work)
    const tail = turn.catch(() => undefined)
    tails.set(name, tail)
    try {
      return await turn
    } finally {
      if (tails.get(name) === tail) tails.delete(name)
    }
  }
}
