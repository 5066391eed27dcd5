/**
 * Pictures that a provider must answer as the CPU does: a dark ground, a bright ellipse for a head, and a few
 * smooth spots in it. Made by rule from the index alone, so that every machine compares the same ones.
 *
 * @param size - rows and columns of one picture
 * @returns [picture][row][column], grey 0…255
 */
export function goldenInputs(count: number, size: number): Float32Array<ArrayBuffer> {
  const inputs = new Float32Array(count * size * size);
  for (let picture = 0; picture < count; picture++) {
    const random = lehmerSequence(picture + 1);
    const spots = Array.from({ length: 5 }, () => ({
      row: 0.25 + 0.5 * random(),
      column: 0.25 + 0.5 * random(),
      radius: 0.02 + 0.1 * random(),
      strength: 160 * random() - 60,
    }));
    for (let i = 0; i < size * size; i++) {
      const row = Math.floor(i / size) / size;
      const column = (i % size) / size;
      const distance = Math.hypot((row - 0.5) / 0.42, (column - 0.5) / 0.34);
      const head = 90 / (1 + Math.exp(30 * (distance - 1)));
      const spotted = spots.reduce((sum, spot) => {
        const away = Math.hypot(row - spot.row, column - spot.column) / spot.radius;
        return sum + spot.strength * Math.exp(-away * away);
      }, 0);
      inputs[picture * size * size + i] = Math.min(255, Math.max(0, head + spotted));
    }
  }
  return inputs;
}

/** Park and Miller's minimal standard generator (CACM 1988): numbers between 0 and 1, the same everywhere. */
function lehmerSequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
