/** Every page of a paginated call. */
export const allPages = async <Page>(pages: AsyncIterable<Page>): Promise<ReadonlyArray<Page>> => {
  const all: Array<Page> = []
  for await (const page of pages) all.push(page)
  return all
}
