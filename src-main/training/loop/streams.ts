/**
 * First labels of the run's random streams, so that no two purposes share one. The augmentation's streams are
 * labelled by epochs from 0 on; these lie beyond any epoch.
 */
export const streams = { order: 1_000_001, dropout: 1_000_002, mixup: 1_000_003, start: 1_000_004 } as const;

/**
 * What names a showing within its epoch to the augmentation, so that copies of one picture differ.
 *
 * @param pictures - how many there are
 */
export function imageOf(picture: number, repetition: number, pictures: number): number {
  return repetition * pictures + picture;
}
