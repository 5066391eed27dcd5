import type { MainSide } from '../../bridge/MainSide.ts';
import { RunList } from './RunList.svelte.ts';

/** The pages of the place. */
export type TrainingPage = 'runs';

/** What the Training place shows; it outlives a visit to another place. */
export class TrainingSession {
  page = $state<TrainingPage>('runs');
  readonly main: MainSide;
  readonly list: RunList;

  constructor(main: MainSide) {
    this.main = main;
    this.list = new RunList(main);
  }
}
