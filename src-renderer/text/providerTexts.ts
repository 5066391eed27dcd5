import type { ProviderName } from '../../src-shared/domain/analysis.ts';

/** How the screen names the execution providers. */
export const providerTexts: Record<ProviderName, string> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
};
