import { defaultMap } from '../../../src-shared/domain/mapName.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { CaseStore } from '../../cases/CaseStore.ts';
import { classifyPaths } from '../classifyPaths.ts';
import type { ClassifyOptions, ClassifyTools } from '../classifySlices.ts';

/** What analyses, and where answers go. */
export interface AnalysisPlace extends Partial<Pick<ClassifyOptions, 'model' | 'provider'>> {
  tools: ClassifyTools;
  store: CaseStore;
}

/**
 * Analyses every slice of a folder into the case store, as Read does.
 *
 * @throws UserError the first failure where not one slice could be analysed, 'cancelled', and what ends a classification
 */
export async function analyseFolder(
  folder: string,
  { tools, store, model = 'auto', provider = 'auto' }: AnalysisPlace,
  signal: AbortSignal,
): Promise<void> {
  const options = {
    model,
    provider,
    explain: defaultMap.method,
    allSlices: true,
    signal,
    onSkipped: () => undefined,
  } as const;
  let analysed = 0;
  let failure: UserError | null = null;
  for await (const { outcome } of classifyPaths([folder], tools, options, store))
    if (outcome.ok) analysed++;
    else failure ??= new UserError(outcome.error.code, outcome.error.detail);
  if (analysed === 0 && failure !== null) throw failure;
}
