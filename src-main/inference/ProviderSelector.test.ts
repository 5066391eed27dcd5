import { existsSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { ProviderChoice } from '../../src-shared/contract/calls.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { lyingChannel, noAccelerator } from '../../tests/fixtures/lyingChannel.ts';
import type { ChildChannel } from './ChildChannel.ts';
import { forkChannel } from './forkChannel.ts';
import { goldenInputs } from './goldenInputs.ts';
import { InferenceChild } from './InferenceChild.ts';
import { loadModel } from '../network/loadModel.ts';
import { providerOrder } from './providerOrder.ts';
import { ProviderSelector, type ProbeMemory } from './ProviderSelector.ts';

/** Chromium's software Vulkan and the loader that it ships. */
const chromium = '/usr/lib/chromium';
const softwareVulkan = `${chromium}/vk_swiftshader_icd.json`;
const withSoftwareVulkan = { VK_ICD_FILENAMES: softwareVulkan, LD_LIBRARY_PATH: chromium };

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel('models/combined');
});

class Memory implements ProbeMemory {
  readonly stored = new Map<string, unknown>();

  readSetting(key: string): Promise<unknown> {
    return Promise.resolve(this.stored.get(key));
  }

  writeSetting(key: string, value: unknown): Promise<void> {
    this.stored.set(key, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  }
}

/** A selector on this machine without its graphics card, and the number of children it started. */
function openSelector(
  memory: ProbeMemory | null,
  hasAccelerator: boolean,
): { selector: ProviderSelector; starts: () => number } {
  let starts = 0;
  const startChild = (): ChildChannel => {
    starts++;
    return forkChannel({ environment: noAccelerator, isQuiet: true });
  };
  const selector = new ProviderSelector({ startChild, memory, hasAccelerator: () => hasAccelerator });
  return { selector, starts: () => starts };
}

test('auto takes the CPU at once where no accelerator can be there', async () => {
  const { selector, starts } = openSelector(null, false);
  expect(await selector.select(model, 'auto', 'slice')).toEqual({ provider: 'cpu', warning: null });
  expect(await selector.select(model, 'cpu', 'batch')).toEqual({ provider: 'cpu', warning: null });
  expect(starts()).toBe(0);
});

test('a probe says of each provider why it is used or not, and is remembered', async () => {
  const memory = new Memory();
  const first = openSelector(memory, true);
  const choice = await first.selector.report(model);
  expect(choice.providers.map(({ provider }) => provider)).toEqual(providerOrder());
  const cpu = choice.providers.at(-1)!;
  expect(cpu).toMatchObject({ provider: 'cpu', isUsable: true, largestDifference: 0 });
  expect(cpu.oneSliceMs).toBeGreaterThan(0);
  expect(cpu.batchMs).toBeGreaterThan(cpu.oneSliceMs!);
  for (const { reason } of choice.providers) expect(reason).toMatch(/^[^\n]{10,200}\.$/);

  const second = openSelector(memory, true);
  expect(await second.selector.report(model)).toEqual(choice);
  expect(second.starts()).toBe(0);
  await second.selector.forget(model);
  expect(memory.stored.values().next().value).toBeNull();
});

test('what a store remembers wrongly is measured again', async () => {
  const memory = new Memory();
  memory.readSetting = () => Promise.resolve([{ provider: 'abacus' }]);
  const { selector, starts } = openSelector(memory, false);
  expect((await selector.report(model)).forOneSlice).toBe('cpu');
  expect(starts()).toBeGreaterThan(0);
});

test.skipIf(process.platform !== 'linux')(
  'a forced provider that fails its probe is an error in one sentence',
  async () => {
    const { selector } = openSelector(null, true);
    for (const provider of ['cuda', 'webgpu', 'dml'] as const) {
      const failure = selector.select(model, provider, 'slice');
      await expect(failure).rejects.toMatchObject({ code: 'provider-unavailable', detail: { provider } });
      const reason = await failure.catch((error: { detail: { reason: string } }) => error.detail.reason);
      expect(reason).toMatch(/^[A-Z][^\n/]{10,150}\.$/);
    }
  },
);

test.skipIf(providerOrder().length === 1)(
  'a forced provider is probed once, not for each batch',
  async () => {
    let starts = 0;
    const startChild = (): ChildChannel => {
      starts++;
      const real = forkChannel({ isQuiet: true });
      return { ...real, post: (message) => real.post({ ...(message as object), provider: 'cpu' }) };
    };
    const selector = new ProviderSelector({ startChild, memory: null, hasAccelerator: () => true });
    const wish = providerOrder()[0]!;
    await selector.select(model, wish, 'slice');
    const startsOfOneProbe = starts;
    expect(await selector.select(model, wish, 'batch')).toEqual({ provider: wish, warning: null });
    expect(starts).toBe(startsOfOneProbe);
  },
);

test.skipIf(providerOrder().length === 1)(
  'an accelerator that disagrees with the CPU is not used, and auto says so',
  async () => {
    const selector = new ProviderSelector({
      startChild: lyingChannel,
      memory: null,
      hasAccelerator: () => true,
    });
    const { provider, warning } = await selector.select(model, 'auto', 'batch');
    expect(provider).toBe('cpu');
    expect(warning).toMatchObject({ code: 'provider-fell-back' });
    expect(warning?.message).toContain('Disagrees with the CPU');
    const forced = selector.select(model, providerOrder()[0]!, 'batch');
    await expect(forced).rejects.toMatchObject({ code: 'provider-unavailable' });
  },
);

test('cancelling a probe stops it and remembers nothing', async () => {
  const memory = new Memory();
  const { selector } = openSelector(memory, true);
  const cancelled = new AbortController();
  const probing = selector.report(model, cancelled.signal);
  setTimeout(() => cancelled.abort(), 200);
  await expect(probing).rejects.toMatchObject({ code: 'cancelled' });
  expect(memory.stored.size).toBe(0);
});

test.skipIf(!existsSync(softwareVulkan))(
  "WebGPU passes its probe on Chromium's software Vulkan and answers like the CPU, to 1e-3 (needs Debian's Chromium)",
  async () => {
    const startChild = (): ChildChannel => forkChannel({ environment: withSoftwareVulkan, isQuiet: true });
    const selector = new ProviderSelector({ startChild, memory: null });
    expect(await selector.select(model, 'webgpu', 'slice')).toEqual({ provider: 'webgpu', warning: null });
    const inference = new InferenceChild(startChild);
    const request = { model, inputs: goldenInputs(1, 224), count: 1, wantsFeatures: true };
    const webgpu = await inference.run({ ...request, provider: 'webgpu' });
    const cpu = await inference.run({ ...request, provider: 'cpu' });
    inference.close();
    expect(webgpu.provider).toBe('webgpu');
    cpu.logits.forEach((logit, i) => expect(webgpu.logits[i]).toBeCloseTo(logit, 3));
    expect(webgpu.features?.length).toBe(cpu.features?.length);
  },
  300_000,
);

test('of two usable providers each kind of work takes its faster one', async () => {
  const memory = new Memory();
  const line = { isUsable: true, reason: 'Measured.', largestDifference: 0 };
  memory.readSetting = () =>
    Promise.resolve([
      { ...line, provider: 'webgpu', oneSliceMs: 9, batchMs: 40 },
      { ...line, provider: 'cpu', oneSliceMs: 7, batchMs: 200 },
    ] satisfies ProviderChoice['providers']);
  const { selector, starts } = openSelector(memory, false);
  expect((await selector.select(model, 'auto', 'slice')).provider).toBe('cpu');
  expect((await selector.select(model, 'auto', 'batch')).provider).toBe('webgpu');
  expect((await selector.select(model, 'webgpu', 'slice')).provider).toBe('webgpu');
  expect(starts()).toBe(0);
});
