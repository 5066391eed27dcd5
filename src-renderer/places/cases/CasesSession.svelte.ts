import type { MainSide } from '../../bridge/MainSide.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';
import { CaseActions } from './CaseActions.svelte.ts';
import { CaseList } from './CaseList.svelte.ts';
import { CaseMarks } from './CaseMarks.svelte.ts';
import { Comparison } from './Comparison.svelte.ts';
import { OpenedCase } from './OpenedCase.svelte.ts';
import { Reanalysis } from './Reanalysis.svelte.ts';
import { Statistics } from './Statistics.svelte.ts';

/** The pages of the place. */
export type CasesPage = 'list' | 'trash' | 'statistics';

/** What the Cases place shows; it outlives a visit to another place. */
export class CasesSession {
  page = $state<CasesPage>('list');
  /** The details beside the list, where a case is chosen. */
  areDetailsVisible = $state(true);
  comparison = $state.raw<Comparison | null>(null);
  readonly main: MainSide;
  readonly pictures: PictureCaches;
  readonly preferences: Preferences;
  readonly list: CaseList;
  readonly marks: CaseMarks;
  readonly opened: OpenedCase;
  readonly actions: CaseActions;
  readonly reanalysis: Reanalysis;
  readonly statistics: Statistics;

  constructor(main: MainSide, pictures: PictureCaches, preferences: Preferences) {
    this.main = main;
    this.pictures = pictures;
    this.preferences = preferences;
    this.list = new CaseList(main, preferences);
    this.marks = new CaseMarks(this.list);
    this.opened = new OpenedCase(main);
    this.actions = new CaseActions(main, () => this.marks.clear());
    this.reanalysis = new Reanalysis(main, preferences);
    this.statistics = new Statistics(main);
  }

  /** Keeps what is shown up to date until the returned function is called. */
  follow(): () => void {
    const stops = [
      this.list.follow(),
      this.main.on('casesChanged', () => {
        this.opened.refreshSoon();
        if (this.page === 'statistics') this.statistics.refreshSoon();
      }),
    ];
    void this.opened.load();
    return () => stops.forEach((stop) => stop());
  }

  /** Another store has taken the place of this one: nothing that was chosen exists any more. */
  forget(): void {
    this.comparison = null;
    this.marks.reset();
    this.opened.show(null);
  }

  /** Turns to another page. */
  go(page: CasesPage): void {
    this.page = page;
    this.comparison = null;
    if (page === 'statistics') void this.statistics.load();
    else if (this.list.isTrashed !== (page === 'trash')) {
      this.marks.reset();
      this.list.narrow({ isTrashed: page === 'trash' });
    }
  }

  /** Puts the two marked studies of the opened case side by side. */
  compare(): void {
    const { detail, compared } = this.opened;
    const [one, other] = compared;
    if (detail === null || one === undefined || other === undefined) return;
    this.comparison = new Comparison(this.main, this.pictures, detail.id, [one, other]);
  }
}
