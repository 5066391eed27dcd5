/**
 * Applies `transform` to up to `atOnce` items at a time and yields the results in the source's order, so that
 * decoding the next pictures goes on while the model works on the last ones.
 */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In> | Iterable<In>,
  atOnce: number,
  transform: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const running: Promise<Out>[] = [];
  try {
    for await (const item of source) {
      const result = transform(item);
      // It may fail while a slow source is being read; whoever waits for it hears of it then.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= atOnce) yield await (running.shift() as Promise<Out>);
    }
    while (running.length > 0) yield await (running.shift() as Promise<Out>);
  } finally {
    // Nothing of this stream still runs when it has ended.
    await Promise.allSettled(running);
  }
}

/**
 * Groups items into batches. The first batches are small, so that the first answer comes at once; each is
 * `growth` times the last up to `largest`, since bigger batches cost less for each picture.
 */
export async function* inBatches<Item>(
  source: AsyncIterable<Item>,
  { first, growth, largest }: { first: number; growth: number; largest: number },
): AsyncGenerator<Item[]> {
  let size = first;
  let batch: Item[] = [];
  for await (const item of source) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = Math.min(size * growth, largest);
  }
  if (batch.length > 0) yield batch;
}
