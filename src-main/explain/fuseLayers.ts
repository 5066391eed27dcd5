import { upsample } from '../../src-shared/imaging/upsample.ts';
import type { PlainMap } from './core/Question.ts';

/** γ of the finer layers' scaling. */
const sharpness = 2;

/**
 * Fuses maps of one picture from several layers, the last layer first.
 *
 *     M₁' = M₁ / max M₁     M_l' = tanh(γ M_l / max M_l) for the finer ones, γ = 2     L = max_l M_l'
 *
 * (Jiang et al., "LayerCAM", 2021, section III-C and equation 9: finer layers answer weakly in the middle of an object,
 * which the tanh lifts.) Coarser maps are enlarged to the finest. The only map here that is scaled, 0…1, because layers
 * cannot be compared otherwise; a layer without positive evidence stays 0.
 */
export function fuseLayers(maps: readonly PlainMap[]): PlainMap {
  const { rows, columns } = maps.at(-1)!;
  const values = new Float32Array(rows * columns);
  maps.forEach((map, place) => {
    const most = map.values.reduce((best, value) => Math.max(best, value), 0);
    if (most === 0) return;
    const shares = map.values.map((value) => value / most);
    const scaled = place === 0 ? shares : shares.map((share) => Math.tanh(sharpness * share));
    upsample(scaled, map, { rows, columns }).forEach(
      (value, cell) => (values[cell] = Math.max(values[cell]!, value)),
    );
  });
  return { rows, columns, values };
}
