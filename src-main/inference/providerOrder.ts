import { existsSync } from 'node:fs';
import type { ProviderName } from '../../src-shared/domain/analysis.ts';

/** Accelerators worth trying on each platform, the likeliest to be fast first; the CPU is always last. */
const acceleratorsOf: Partial<Record<NodeJS.Platform, ProviderName[]>> = {
  win32: ['dml', 'webgpu'],
  linux: ['cuda', 'webgpu'],
  darwin: ['coreml', 'webgpu'],
};

/** The providers of a platform in the order in which they are tried. */
export function providerOrder(platform: NodeJS.Platform = process.platform): ProviderName[] {
  return [...(acceleratorsOf[platform] ?? []), 'cpu'];
}

/** Where Linux shows a graphics card: any driver, NVIDIA's own, and Windows' card inside WSL. */
const linuxDevices = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'];

/**
 * Whether an accelerator may be there at all. Looks only, so that a machine without one loses no time over it;
 * false positives cost one probe. A Vulkan driver that somebody names by hand counts.
 */
export function mayHaveAccelerator(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== 'linux') return true;
  const isNamed = Boolean(environment['VK_ICD_FILENAMES'] ?? environment['VK_DRIVER_FILES']);
  return isNamed || linuxDevices.some((device) => existsSync(device));
}
