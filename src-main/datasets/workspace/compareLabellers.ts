import { planes } from '../../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import type { LabellerComparison } from '../../../src-shared/domain/workspace.ts';
import { cohensKappa } from '../../../src-shared/statistics/cohensKappa.ts';
import { confusionMatrix } from '../../../src-shared/statistics/confusionMatrix.ts';
import type { Database } from '../../storage/Database.ts';

/** Holds what two labellers said against each other, over the pictures for which both said something. */
export function compareLabellers(
  database: Database,
  {
    dataset,
    field,
    first,
    second,
  }: { dataset: number; field: 'class' | 'plane'; first: string; second: string },
): LabellerComparison {
  const pairs = database.read(() =>
    database
      .prepare<[unknown], [number, string, string]>(
        `SELECT p.id, a.value, b.value FROM pictures p
         JOIN opinions a ON a.picture_id = p.id AND a.field = @field AND a.who = @first
         JOIN opinions b ON b.picture_id = p.id AND b.field = @field AND b.who = @second
         WHERE p.dataset_id = @dataset AND NOT p.is_quarantined AND a.value IS NOT NULL AND b.value IS NOT NULL
         ORDER BY p.path, p.slice_index`,
      )
      .raw()
      .all({ dataset, field, first, second }),
  );
  const values: readonly string[] = field === 'plane' ? planes : tumourClasses;
  const codes = (at: 1 | 2): number[] => pairs.map((pair) => values.indexOf(pair[at]));
  const confusion = confusionMatrix(codes(1), codes(2), values.length);
  const differing = pairs.filter(([, one, other]) => one !== other).map(([id]) => id);
  return {
    field,
    n: pairs.length,
    agreed: pairs.length - differing.length,
    kappa: cohensKappa(confusion),
    values: [...values],
    confusion,
    differing: differing.slice(0, 100_000),
  };
}
