import { createRequire } from 'node:module';
import { arch, hostname, platform } from 'node:os';
import { z } from 'zod';
import type { ProviderChoice, ProviderReport } from '../../src-shared/contract/calls.ts';
import { providerNames, type ProviderName, type Warning } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { UserError, type CancelSignal } from '../../src-shared/errors.ts';
import type { StartChild } from './ChildChannel.ts';
import { cpuReport, probeCpu, probeProvider, type ProbeParts } from './probeProvider.ts';
import { mayHaveAccelerator, providerOrder } from './providerOrder.ts';

/** Where the outcome of a probe is kept between starts; the case store's settings fit. */
export interface ProbeMemory {
  readSetting(key: string): Promise<unknown>;
  writeSetting(key: string, value: unknown): Promise<void>;
}

/** What a person or a setting asked for. */
export type ProviderWish = 'auto' | ProviderName;

/** The provider to use, and what the reader should know about it. */
export interface SelectedProvider {
  provider: ProviderName;
  warning: Warning | null;
}

/** What the selector works with. */
export interface SelectorParts {
  /** Starts throw-away children for probes. */
  startChild: StartChild;
  /** Null: nothing is remembered between starts. */
  memory: ProbeMemory | null;
  hasAccelerator?: () => boolean;
}

const rememberedReports = z.array(
  z.object({
    provider: z.enum(providerNames),
    isUsable: z.boolean(),
    reason: z.string(),
    oneSliceMs: z.number().nullable(),
    batchMs: z.number().nullable(),
    largestDifference: z.number().nullable(),
  }),
);

/** Chooses the execution provider: by a wish that must hold, or by what a probe measured on this machine. */
export class ProviderSelector {
  readonly #parts: SelectorParts;
  /** One probe of each model at a time, shared by all who wait for it. */
  readonly #known = new Map<string, Promise<ProviderReport[]>>();
  /** Probes of forced providers, by model and provider: one for a whole command, not one for each batch. */
  readonly #forced = new Map<string, Promise<ProviderReport>>();

  constructor(parts: SelectorParts) {
    this.#parts = parts;
  }

  /**
   * The provider for a piece of work.
   *
   * 'auto' takes the fastest that agreed with the CPU. Where no accelerator can be there it takes the CPU without
   * a probe; elsewhere the first call on a machine probes for some seconds, and later ones remember.
   *
   * @throws UserError 'provider-unavailable' when a named provider fails its probe: never a silent other one
   */
  async select(
    model: LoadedModel,
    wish: ProviderWish,
    work: 'slice' | 'batch',
    signal?: CancelSignal,
  ): Promise<SelectedProvider> {
    if (wish === 'cpu') return { provider: 'cpu', warning: null };
    if (wish !== 'auto') return { provider: await this.#force(model, wish, signal), warning: null };
    const isKnown = this.#known.has(model.fingerprint) || (await this.#recall(model)) !== null;
    const hasAccelerator = this.#parts.hasAccelerator ?? mayHaveAccelerator;
    if (!isKnown && !hasAccelerator()) return { provider: 'cpu', warning: null };
    const choice = await this.report(model, signal);
    return {
      provider: work === 'slice' ? choice.forOneSlice : choice.forBatch,
      warning: fallbackWarning(choice),
    };
  }

  /** Every provider of this platform with its probe's outcome, measured now unless it is remembered. */
  async report(model: LoadedModel, signal?: CancelSignal): Promise<ProviderChoice> {
    const key = model.fingerprint;
    const known = this.#known.get(key) ?? this.#recallOrProbe(model, signal);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    return choose(await known);
  }

  /** Forgets what was measured, so that the next report measures again. */
  async forget(model: LoadedModel): Promise<void> {
    this.#known.delete(model.fingerprint);
    for (const provider of providerNames) this.#forced.delete(`${model.fingerprint} ${provider}`);
    await this.#parts.memory?.writeSetting(memoryKey(model), null);
  }

  async #force(model: LoadedModel, wish: ProviderName, signal?: CancelSignal): Promise<ProviderName> {
    if (!providerOrder().includes(wish)) {
      throw new UserError('provider-unavailable', {
        provider: wish,
        reason: `It does not exist on ${platform()}.`,
      });
    }
    const remembered = (await this.#known.get(model.fingerprint)) ?? (await this.#recall(model));
    const earlier = remembered?.find(({ provider, isUsable }) => provider === wish && isUsable);
    const report = earlier ?? (await this.#probeOnce(model, wish, signal));
    if (!report.isUsable)
      throw new UserError('provider-unavailable', { provider: wish, reason: report.reason });
    return wish;
  }

  /** A failure is not remembered: somebody who insists may just have installed the driver. */
  async #probeOnce(model: LoadedModel, wish: ProviderName, signal?: CancelSignal): Promise<ProviderReport> {
    const key = `${model.fingerprint} ${wish}`;
    const probing = this.#forced.get(key) ?? this.#probeOne(model, wish, signal);
    this.#forced.set(key, probing);
    const forget = (): boolean => this.#forced.delete(key);
    probing.then((report) => report.isUsable || forget(), forget);
    return probing;
  }

  async #probeOne(model: LoadedModel, wish: ProviderName, signal?: CancelSignal): Promise<ProviderReport> {
    const parts = this.#probeParts(model, signal);
    return probeProvider(wish, await probeCpu(parts, false), parts);
  }

  async #recallOrProbe(model: LoadedModel, signal?: CancelSignal): Promise<ProviderReport[]> {
    const remembered = await this.#recall(model);
    if (remembered) return remembered;
    const parts = this.#probeParts(model, signal);
    const cpu = await probeCpu(parts, true);
    const reports: ProviderReport[] = [];
    for (const provider of providerOrder()) {
      reports.push(provider === 'cpu' ? cpuReport(cpu) : await probeProvider(provider, cpu, parts));
    }
    await this.#parts.memory?.writeSetting(memoryKey(model), reports);
    return reports;
  }

  #probeParts(model: LoadedModel, signal?: CancelSignal): ProbeParts {
    return { model, startChild: this.#parts.startChild, signal };
  }

  async #recall(model: LoadedModel): Promise<ProviderReport[] | null> {
    const stored = await this.#parts.memory?.readSetting(memoryKey(model));
    return rememberedReports.safeParse(stored).data ?? null;
  }
}

/** A probe holds for one machine, one onnxruntime and one model. */
function memoryKey({ fingerprint }: LoadedModel): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return `provider-probe ${hostname()} ${platform()}-${arch()} ${version} ${fingerprint}`;
}

/** The fastest usable provider for each kind of work; the CPU on a tie. */
function choose(providers: ProviderReport[]): ProviderChoice {
  const fastest = (time: 'oneSliceMs' | 'batchMs'): ProviderName => {
    const usable = providers.filter((report) => report.isUsable && report[time] !== null);
    const sorted = usable.sort(
      (a, b) => a[time]! - b[time]! || Number(b.provider === 'cpu') - Number(a.provider === 'cpu'),
    );
    return sorted[0]?.provider ?? 'cpu';
  };
  return { providers, forOneSlice: fastest('oneSliceMs'), forBatch: fastest('batchMs') };
}

/** Says so where an accelerator loaded but gave wrong answers; one that is merely absent is no news. */
function fallbackWarning({ providers }: ProviderChoice): Warning | null {
  const wrong = providers.find(({ isUsable, largestDifference }) => !isUsable && largestDifference !== null);
  if (!wrong) return null;
  return {
    code: 'provider-fell-back',
    message: `The provider “${wrong.provider}” was not used. ${wrong.reason}`,
  };
}
