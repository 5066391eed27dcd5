import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import type { ReportSection } from './CaseReport.ts';
import type { AnsweredSlice } from './chooseTellingSlices.ts';

/** An extract of the card of each model that answered, the one with most answers first, and what they cannot do. */
export function modelSections(
  answered: readonly AnsweredSlice[],
  cards: readonly ModelCard[],
): ReportSection[] {
  const byModel = [...Map.groupBy(answered, ({ analysis }) => analysis.modelFingerprint)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  const models = byModel.flatMap(([fingerprint, slices]) => {
    const card = cards.find((one) => one.fingerprint === fingerprint) ?? null;
    const name = slices[0]?.analysis.model ?? '';
    return modelLines(name, fingerprint, slices.length, card);
  });
  const known = cards.filter((card) => byModel.some(([fingerprint]) => fingerprint === card.fingerprint));
  const limits = [...new Set(known.flatMap((card) => card.limits))];
  return [
    { heading: byModel.length === 1 ? 'Model' : 'Models', lines: models },
    ...(limits.length > 0 ? [{ heading: 'What it cannot do', lines: limits }] : []),
  ];
}

function modelLines(name: string, fingerprint: string, slices: number, card: ModelCard | null): string[] {
  const identity = `fingerprint ${fingerprint.slice(0, 16)}…`;
  if (card === null) return [`“${name}”, ${identity}, ${slices} slices. It is not installed any more.`];
  return [
    `${card.title} (“${name}”), of ${card.createdAt}, ${identity}, ${slices} slices.`,
    ...(card.isPrototype ? ['It is a first prototype.'] : []),
    testAccuracy(card),
  ];
}

/** The accuracy on pictures that the model never saw, with its interval and how it was measured. */
function testAccuracy({ metrics }: ModelCard): string {
  const metric = metrics.find(({ name, protocol }) => name === 'accuracy' && /\btest\b/.test(protocol));
  if (metric === undefined) return 'Its accuracy on test pictures is not known.';
  const { value, interval, protocol, n } = metric;
  const range =
    interval === null ? '' : ` (95% interval ${percentText(interval[0])} to ${percentText(interval[1])})`;
  return `Accuracy ${percentText(value)}${range} on ${n} pictures, ${protocol}.`;
}
