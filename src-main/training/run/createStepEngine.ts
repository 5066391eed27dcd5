import type { ProviderName } from '../../../src-shared/domain/analysis.ts';
import type { StepEngineName } from '../../../src-shared/domain/trainingRun.ts';
import type { Network } from '../../network/mobileNetV2.ts';
import type { StepEngine } from '../StepEngine.ts';
import { OnnxEngine } from '../engines/onnx/OnnxEngine.ts';

/** Which engine, and on how many threads: the number decides the last bits of a result. */
export interface EngineChoice {
  name: StepEngineName;
  threads: number;
  /** What of onnxruntime computes; of no meaning to tfjs. */
  provider: ProviderName;
}

/** Prepares an engine for a network; its weights are zero until somebody writes them. */
export async function createStepEngine(
  network: Network,
  firstTrainedBlock: number,
  { name, threads, provider }: EngineChoice,
): Promise<StepEngine> {
  if (name === 'onnx') return OnnxEngine.create({ network, firstTrainedBlock, provider, workers: threads });
  const { TfjsEngine } = await import('../engines/tfjs/TfjsEngine.ts');
  return TfjsEngine.create({ network, firstTrainedBlock });
}
