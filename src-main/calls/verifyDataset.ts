import { join } from 'node:path';
import type { CancelSignal } from '../../src-shared/errors.ts';
import { readManifest } from '../datasets/Manifest.ts';
import { verifyFolder, type Verification } from '../datasets/verifyFolder.ts';
import { shippedFolder } from './shippedFolder.ts';

/** The public sets whose manifests we ship: name and title. */
export const knownDatasets = {
  'brain-tumor-mri': 'Kaggle “Brain Tumor Classification (MRI)”, 3,264 pictures',
} as const;

export type KnownDataset = keyof typeof knownDatasets;

/** Compares a folder with the shipped manifest of a public set. @throws UserError */
export async function verifyDataset(
  folder: string,
  name: KnownDataset,
  signal?: CancelSignal,
): Promise<Verification> {
  const manifest = join(shippedFolder('resources'), `${name}.manifest.csv`);
  return verifyFolder(folder, await readManifest(manifest), signal);
}
