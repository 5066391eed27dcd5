import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import type { ExplanationRequest } from '../../src-shared/domain/explanation.ts';
import type { InferencePort } from '../../src-shared/domain/inference.ts';
import { mapNamed } from '../../src-shared/domain/mapName.ts';
import { UserError } from '../../src-shared/errors.ts';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import { answeredPictures } from '../explain/core/answeredPictures.ts';
import { answerPlace, explainSlice } from '../explain/explainSlice.ts';
import type { AnsweredPicture } from '../explain/core/Question.ts';
import type { HeatGrid, MapMaker } from '../explain/trust/MapMaker.ts';

/** While the model runs for one picture, the changed pictures of the next are made. */
const picturesAtOnce = 2;

/** What a map depends on besides its method, layer and class. */
export type MethodParameters = Pick<ExplanationRequest, 'against' | 'samples' | 'seed'>;

/**
 * How a method makes maps of pictures that a model reads.
 *
 * @param name - as `mapNamed` reads it
 * @param parameters - of the method; its own where left out
 * @throws UserError 'method-unavailable'
 */
export function mapMakerOf(
  name: string,
  inference: InferencePort,
  provider: ProviderName,
  parameters: MethodParameters = { against: null, samples: null, seed: 7 },
): MapMaker {
  const kind = mapNamed(name);
  if (kind === null) throw new UserError('method-unavailable', { method: name });
  const how = { method: kind.method, layer: kind.layer ?? '7' } as const;
  const gradientAt = answerPlace(how.method, how.layer);
  return async ({ model, inputs, count, classes }, signal) => {
    const run = { model, provider, inputs, count, wantsFeatures: true, gradientAt };
    const region = { top: 0, left: 0, height: 1, width: 1 };
    const pictures = answeredPictures(
      run,
      await inference.run(run, signal),
      classes.map(() => region),
    );
    const tools = { model, provider, inference, signal };
    const maps: HeatGrid[] = [];
    const explain = ([i, picture]: [number, AnsweredPicture]): Promise<HeatGrid> =>
      explainSlice({ ...how, ...parameters, class: classes[i]! }, picture, tools);
    for await (const map of mapInOrder(pictures.entries(), picturesAtOnce, explain)) maps.push(map);
    return maps;
  };
}
