/** What one chunk and one worker cost, as measured. */
export interface FleetTimes {
  /**
   * Clock time of a worker for one chunk, services aside, by how many are at work on its machine: the first alone. It
   * grows, since they share memory and the caches before it.
   */
  chunkMs: readonly number[];
  slicesInChunk: number;
  /** Processor time of the store and of the queue for one chunk. */
  storeMs: number;
  queueMs: number;
  /** Processor time of each for one worker that only tells that it lives, for each second. */
  idleMsPerSecond: { store: number; queue: number };
  /** Clock time of one submitter for one chunk: looking for files, hashing them, handing them in. */
  submitMs: number;
}

/** What is simulated. */
export interface SimulatedFleet {
  slices: number;
  workers: number;
  /** Each on a core of its own; at most as many as were measured together. */
  workersOfMachine: number;
  submitters: number;
  /** Cores of the store's server; the queue has one thread, whatever its server has. */
  storeCores: number;
  /** All is handed in before the workers start. */
  isHandedIn?: boolean;
}

/** How it went. */
export interface SimulatedRun {
  wallMs: number;
  slicesPerSecond: number;
  /** Shares of the time that each was busy. */
  busy: Record<StationName, number>;
  /** What is busiest: it is what more of anything else would wait for. */
  bottleneck: StationName;
}

export type StationName = 'submitters' | 'store' | 'queue' | 'workers';

/** A place with so many servers, each busy until some time; whoever comes takes the one that is free first. */
class Station {
  readonly #freeAt: number[];
  busyMs = 0;

  constructor(servers: number) {
    this.#freeAt = Array.from({ length: servers }, () => 0);
  }

  /** @returns when the work is done */
  serve(arrivedAt: number, workMs: number): number {
    let first = 0;
    for (let index = 1; index < this.#freeAt.length; index++)
      if (this.#freeAt[index]! < this.#freeAt[first]!) first = index;
    const doneAt = Math.max(arrivedAt, this.#freeAt[first]!) + workMs;
    this.#freeAt[first] = doneAt;
    this.busyMs += workMs;
    return doneAt;
  }

  get servers(): number {
    return this.#freeAt.length;
  }
}

/** A chunk on its way to its next station. */
interface Arrival {
  at: number;
  stage: number;
}

/** What arrives first comes out first: a binary heap. */
class Agenda {
  readonly #heap: Arrival[] = [];

  add(arrival: Arrival): void {
    const heap = this.#heap;
    let index = heap.push(arrival) - 1;
    for (
      let parent = (index - 1) >> 1;
      index > 0 && heap[parent]!.at > arrival.at;
      parent = (index - 1) >> 1
    ) {
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = arrival;
  }

  next(): Arrival | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

/**
 * Carries chunks through a fleet, event by event; every station serves in the order of arrival. A chunk is handed in by a
 * submitter and kept by the store (a third of what a chunk costs it), carried by the queue (half), claimed at the store (a
 * third), worked on, settled at the store (a third) and taken off the queue (half). A worker has its next chunk in hand
 * while it works, so claiming and settling do not hold it up. Signs of life are taken out of the time that store and queue
 * have for chunks. Not simulated: networks, disks, failures, and that tables grow.
 */
export function simulateFleet(times: FleetTimes, fleet: SimulatedFleet): SimulatedRun {
  const stations = {
    submitters: new Station(fleet.submitters),
    store: new Station(fleet.storeCores),
    queue: new Station(1),
    workers: new Station(fleet.workers),
  };
  const chunkMs = times.chunkMs[fleet.workersOfMachine - 1];
  if (chunkMs === undefined) throw new RangeError('so many workers were not measured on one machine');
  const left = (idleMs: number, servers: number): number =>
    Math.max(1e-3, 1 - (fleet.workers * idleMs) / 1000 / servers);
  const storeMs = times.storeMs / 3 / left(times.idleMsPerSecond.store, fleet.storeCores);
  const queueMs = times.queueMs / 2 / left(times.idleMsPerSecond.queue, 1);
  const way: { station: Station; workMs: number }[] = [
    { station: stations.submitters, workMs: fleet.isHandedIn === true ? 0 : times.submitMs },
    { station: stations.store, workMs: fleet.isHandedIn === true ? 0 : storeMs },
    { station: stations.queue, workMs: queueMs },
    { station: stations.store, workMs: storeMs },
    { station: stations.workers, workMs: chunkMs },
    { station: stations.store, workMs: storeMs },
    { station: stations.queue, workMs: queueMs },
  ];
  const agenda = new Agenda();
  const chunks = Math.ceil(fleet.slices / times.slicesInChunk);
  for (let chunk = 0; chunk < chunks; chunk++) agenda.add({ at: 0, stage: 0 });
  let endedAt = 0;
  for (let arrival = agenda.next(); arrival !== undefined; arrival = agenda.next()) {
    const { station, workMs } = way[arrival.stage]!;
    const at = station.serve(arrival.at, workMs);
    endedAt = Math.max(endedAt, at);
    if (arrival.stage + 1 < way.length) agenda.add({ at, stage: arrival.stage + 1 });
  }
  const busy = Object.fromEntries(
    Object.entries(stations).map(([name, { busyMs, servers }]) => [name, busyMs / endedAt / servers]),
  ) as Record<StationName, number>;
  const names = Object.keys(stations) as StationName[];
  return {
    wallMs: endedAt,
    slicesPerSecond: (1000 * fleet.slices) / endedAt,
    busy,
    bottleneck: names.reduce((most, name) => (busy[name] > busy[most] ? name : most)),
  };
}
