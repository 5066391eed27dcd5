import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const projectFolder: string = fileURLToPath(new URL('..', import.meta.url));

/** One package of `npm sbom --sbom-format cyclonedx`. */
export interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[];
}

/** As much of a CycloneDX document as is used here; the rest passes through. */
export interface BillOfMaterials {
  metadata: { component: { 'bom-ref': string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** What npm knows of everything that is installed. */
export async function installedComponents(): Promise<BillOfMaterials> {
  // npm leaves most of the production packages out under `--omit dev` (11.19), so all are asked for and sorted here.
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: projectFolder,
    maxBuffer: 2 ** 27,
    // Vite sets it to production, and then npm leaves out what we bundle.
    env: { ...process.env, NODE_ENV: '' },
    shell: process.platform === 'win32',
  });
  return JSON.parse(stdout) as BillOfMaterials;
}

/**
 * The part of a bill that leaves the house: what `package.json` needs at run time with all that it needs, and
 * packages whose code is bundled into ours.
 *
 * @param bundled - names of packages
 */
export function shippedPart(bill: BillOfMaterials, bundled: readonly string[]): BillOfMaterials {
  const { dependencies = {} } = JSON.parse(readFileSync(`${projectFolder}/package.json`, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const needs = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const roots = bill.components.filter(
    ({ name, version }) => dependencies[name] === version || bundled.includes(name),
  );
  const isShipped = new Set<string>();
  const waiting = roots.map((one) => one['bom-ref']);
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (isShipped.has(ref)) continue;
    isShipped.add(ref);
    const name = ref.slice(0, ref.lastIndexOf('@'));
    // What is bundled is known by name; what it needs to be built stays at home.
    if (!bundled.includes(name) || name in dependencies) waiting.push(...(needs.get(ref) ?? []));
  }
  return {
    ...bill,
    components: bill.components.filter((one) => isShipped.has(one['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => isShipped.has(ref) || ref === bill.metadata.component['bom-ref'])
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => isShipped.has(one)) })),
  };
}
