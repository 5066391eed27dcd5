import { classNameLabels } from '../../../../src-shared/domain/className.ts';
import type { ModelCard } from '../../../../src-shared/domain/modelCard.ts';
import type { FigureTable } from '../../../../src-shared/statistics/evaluationTables.ts';
import { wholePercentText } from '../../../../src-shared/percentTexts.ts';
import { metricText } from '../../../text/metricTexts.ts';
import { countText } from '../../../text/numberTexts.ts';

/** What the cards of one or more models say, side by side. */
export function cardFacts(cards: readonly ModelCard[]): FigureTable {
  const row = (name: string, of: (card: ModelCard) => string): string[] => [name, ...cards.map(of)];
  return {
    caption: 'What the card says',
    head: ['', ...cards.map(({ name }) => name)],
    rows: [
      row('For', ({ task, subset }) => (task === 'plane' ? 'naming the plane' : subset)),
      row('Classes', ({ classes }) => classes.map((name) => classNameLabels[name]).join(', ')),
      row('Network', ({ architecture: { name, widthMultiplier, inputSize } }) =>
        name === 'foreign'
          ? `from elsewhere, ${inputSize} × ${inputSize}`
          : `MobileNetV2, width ${widthMultiplier}, ${inputSize} × ${inputSize}`,
      ),
      row('Heatmaps', ({ outputs: { features } }) =>
        features.rows * features.columns > 1
          ? `${features.rows} × ${features.columns} cells`
          : 'unavailable: its last maps are not known',
      ),
      row('Preprocessing', ({ preprocessing }) => `${preprocessing.id}, version ${preprocessing.version}`),
      row('Temperature', ({ temperature }) => (temperature === null ? 'not fitted' : temperature.toFixed(3))),
      row('Class sets', ({ conformal }) =>
        conformal === null ? 'not fitted' : `for ${wholePercentText(conformal.coverage)}% coverage`,
      ),
      row('Guard', ({ guard }) => guard?.method ?? 'none'),
      row('Trained on', ({ training }) => training?.data ?? 'unknown'),
      row('Split', ({ training }) => training?.split ?? 'unknown'),
      row('Training', ({ training }) =>
        training === null
          ? 'unknown'
          : `${countText(training.epochs, 'epoch')}, seed ${training.seed}, engine ${training.engine}`,
      ),
      row('Made on', ({ createdAt }) => createdAt),
      row('Licence', ({ licence }) => licence),
      row('Fingerprint', ({ fingerprint }) => `${fingerprint.slice(0, 16)}…`),
    ],
  };
}

/** The figures of the cards, by protocol and name. */
export function cardMetrics(cards: readonly ModelCard[]): FigureTable {
  const keys = [
    ...new Map(
      cards.flatMap(({ metrics }) =>
        metrics.map(({ name, protocol }) => [`${protocol}\n${name}`, { name, protocol }] as const),
      ),
    ).values(),
  ];
  return {
    caption: 'Figures of the card, with 95% intervals',
    head: ['Figure', ...cards.map(({ name }) => name), 'Measured on'],
    rows: keys.map(({ name, protocol }) => [
      metricText(name),
      ...cards.map(({ metrics }) => {
        const found = metrics.find((one) => one.name === name && one.protocol === protocol);
        if (found === undefined) return '–';
        const { value, interval, n } = found;
        const range = interval === null ? '' : ` (${interval[0].toFixed(3)} – ${interval[1].toFixed(3)})`;
        return `${Number.isInteger(value) ? value : value.toFixed(3)}${range}, n ${n}`;
      }),
      protocol,
    ]),
  };
}
