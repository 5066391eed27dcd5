/** `node resources/makeManifest.ts`: the manifest of the public image set, from ../shared/data and its plane labels. */
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLabels } from '../src-main/datasets/Labels.ts';
import { labelsOfPath } from '../src-main/datasets/labelsOfPath.ts';
import { manifestText, type ManifestEntry } from '../src-main/datasets/Manifest.ts';
import { hashContent } from '../src-main/images/hashContent.ts';
import { walkFiles } from '../src-main/images/walk/walkFiles.ts';

const folder = fileURLToPath(new URL('../../shared/data/brain-tumor-mri', import.meta.url));
const labels = await readLabels(`${folder}/planes.csv`);

const entries: ManifestEntry[] = [];
for await (const item of walkFiles([folder])) {
  if (item.kind !== 'file') continue;
  const path = relative(folder, item.file.path).replaceAll('\\', '/');
  const hash = hashContent(await item.file.readBytes());
  const { plane } = labels.find(path, hash);
  const { class: tumour } = labelsOfPath(path);
  if (tumour === null || plane === null || plane === undefined) throw new Error(`${path} has no label`);
  entries.push({ hash, class: tumour, plane });
}
await writeFile(new URL('./brain-tumor-mri.manifest.csv', import.meta.url), manifestText(entries));
