import type { OutgoingObject, PacsConnection } from '../../interop/PacsConnection.ts';

/** An object on its way, with the series that it belongs to. */
export interface PlacedObject extends OutgoingObject {
  studyInstanceUid: string;
  seriesInstanceUid: string;
}

/** What became of an object. */
export interface PushedObject {
  sopInstanceUid: string;
  state: 'stored' | 'already-there' | 'refused';
  reason: string | null;
}

/**
 * Sends objects to an archive, but for those that it has: an archive may overwrite, refuse or double what comes twice,
 * and none of that is wanted.
 */
export async function pushObjects(
  connection: PacsConnection,
  objects: readonly PlacedObject[],
): Promise<PushedObject[]> {
  const present = new Set<string>();
  for (const [seriesInstanceUid, members] of Map.groupBy(objects, (one) => one.seriesInstanceUid)) {
    const studyInstanceUid = members[0]?.studyInstanceUid ?? '';
    for (const { sopInstanceUid } of await connection.findInstances(studyInstanceUid, seriesInstanceUid))
      present.add(sopInstanceUid);
  }
  const missing = objects.filter(({ sopInstanceUid }) => !present.has(sopInstanceUid));
  const answers = missing.length === 0 ? [] : await connection.store(missing);
  const refusals = new Map(answers.map(({ sopInstanceUid, refusal }) => [sopInstanceUid, refusal]));
  return objects.map(({ sopInstanceUid }) => {
    if (present.has(sopInstanceUid)) return { sopInstanceUid, state: 'already-there', reason: null };
    const reason = refusals.get(sopInstanceUid) ?? null;
    return { sopInstanceUid, state: reason === null ? 'stored' : 'refused', reason };
  });
}
