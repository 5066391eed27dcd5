import { fileURLToPath } from 'node:url';
import type { CancelSignal } from '../../src-shared/errors.ts';
import { readManifest } from '../datasets/Manifest.ts';
import { verifyFolder, type Verification } from '../datasets/verifyFolder.ts';

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
  const manifest = new URL(`../../resources/${name}.manifest.csv`, import.meta.url);
  return verifyFolder(folder, await readManifest(fileURLToPath(manifest)), signal);
}
