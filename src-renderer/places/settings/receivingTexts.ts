import type { ReceivingStatus } from '../../../src-shared/contract/receivingCalls.ts';
import { countText } from '../../text/numberTexts.ts';

/** Whether it listens, and what a sender has to be told. */
export function receivingText({ address, failure, settings }: ReceivingStatus): string {
  if (failure !== null) return 'Nothing is received.';
  if (address === null) return 'Off: this machine receives nothing.';
  const reach = settings.isOnNetwork ? '' : ', for programs on this machine';
  const analysed = settings.isAnalysing ? '' : '; nothing is analysed by itself';
  return `Listening as ${address}${reach}${analysed}.`;
}

/** What came today and what became of it; empty where nothing did. */
export function arrivalText({ today, waiting, settings }: ReceivingStatus): string {
  const { received, analysed, left, failed } = today;
  if (received + analysed + left + failed + waiting === 0) return '';
  const limit = settings.slicesPerDay.toLocaleString('en-GB');
  const parts = [
    `Today ${countText(received, 'picture')} received`,
    `${analysed.toLocaleString('en-GB')} analysed`,
    left === 0 ? '' : `${left.toLocaleString('en-GB')} left, over the limit of ${limit} a day`,
    failed === 0 ? '' : `${failed.toLocaleString('en-GB')} failed`,
    waiting === 0 ? '' : `${countText(waiting, 'series', 'series')} ${waiting === 1 ? 'waits' : 'wait'}`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}
