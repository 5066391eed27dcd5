import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import {
  everyCase,
  type CaseFilter,
  type CaseSelection,
  type CaseSort,
} from '../../../src-shared/contract/caseSelection.ts';
import type { CaseFacets, CaseSummary } from '../../../src-shared/domain/cases.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';
import { nextAmong } from './idSets.ts';

const pageSize = 100;
/** Typing rests this long before the search is sent. */
const typingMs = 150;
/** A running analysis announces many changes; the list follows at this pace. */
const refreshMs = 500;

/** The case list: what is searched, filtered and sorted by, and pages of it, fetched as they come into view. */
export class CaseList {
  /** As it stands in the box; sent once the typing rests. */
  search = $state('');
  /** Words of a patient; like the search and the trash forgotten with the window. */
  patient = $state('');
  isTrashed = $state(false);
  /** Null until the first page has arrived. */
  total = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  facets = $state.raw<CaseFacets | null>(null);
  /** Counts the changes of what is asked for: another list begins at its top. */
  version = $state(0);
  #sentSearch = $state('');
  readonly #pages = new SvelteMap<number, CaseSummary[]>();
  readonly #loading = new SvelteSet<number>();
  readonly #main: MainSide;
  readonly #preferences: Preferences;
  #range = { first: 0, end: 1 };
  /** The selection that the pages are of. */
  #asked = '';
  /** Counts searches and refreshes, so that a late page of an earlier one is dropped. */
  #generation = 0;
  #ids: Promise<string[]> | null = null;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide, preferences: Preferences) {
    this.#main = main;
    this.#preferences = preferences;
  }

  get filter(): CaseFilter {
    const { patient, isTrashed } = this;
    return { ...this.#preferences.current.caseFilter, patient, isTrashed };
  }

  get sort(): CaseSort {
    return this.#preferences.current.caseSort;
  }

  /** What the main side is asked for. */
  get selection(): CaseSelection {
    return { search: this.#sentSearch.trim(), filter: this.filter, sort: this.sort };
  }

  /** True where some case may be hidden by a search or a filter; the trash is a place of its own. */
  get isNarrowed(): boolean {
    const nothing = JSON.stringify({ ...everyCase, isTrashed: this.isTrashed });
    return this.#sentSearch.trim() !== '' || JSON.stringify(sorted(this.filter)) !== nothing;
  }

  /** Reads the list and keeps it up to date until the returned function is called. */
  follow(): () => void {
    const stops = [
      $effect.root(() => {
        $effect(() => {
          const asked = JSON.stringify(this.selection);
          untrack(() => (asked === this.#asked ? this.reload() : this.#begin(asked)));
        });
      }),
      this.#main.on('casesChanged', () => this.#refreshSoon()),
      this.#main.on('storeReplaced', () => this.#begin(this.#asked)),
      this.#main.watchConnection((state) => {
        if (state === 'connected') this.reload();
      }),
    ];
    return () => {
      clearTimeout(this.#refreshTimer);
      clearTimeout(this.#typingTimer);
      this.#refreshTimer = undefined;
      stops.forEach((stop) => stop());
    };
  }

  /** The case in this line, or undefined while its page is on the way. */
  at(line: number): CaseSummary | undefined {
    return this.#pages.get(Math.floor(line / pageSize))?.[line % pageSize];
  }

  /** The line of a case among the pages that are here, or null. */
  lineOf(id: string): number | null {
    for (const [page, cases] of this.#pages) {
      const index = cases.findIndex((one) => one.id === id);
      if (index >= 0) return page * pageSize + index;
    }
    return null;
  }

  /** Every id in the order of the list, however little of it was shown. */
  ids(): Promise<string[]> {
    const ids = (this.#ids ??= this.#main.call('listCaseIds', this.selection).then((answer) => answer.ids));
    // One that failed is asked again.
    ids.catch(() => {
      if (this.#ids === ids) this.#ids = null;
    });
    return ids;
  }

  /** The next line after `line`, around the end, whose patient's name or ID has these words; null where there is none. */
  async findPatient(words: string, line: number): Promise<number | null> {
    const { filter, ...rest } = this.selection;
    const patient = `${filter.patient} ${words}`.trim();
    const [all, found] = await Promise.all([
      this.ids(),
      this.#main.call('listCaseIds', { ...rest, filter: { ...filter, patient } }),
    ]);
    return nextAmong(all, found.ids, line);
  }

  /** Says which lines are in view. */
  show(first: number, end: number): void {
    this.#range = { first, end };
    this.#loadVisible(false);
  }

  searchFor(text: string): void {
    this.search = text;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => (this.#sentSearch = text), typingMs);
  }

  /** Sends the search now, however short the typing has rested. */
  sendSearch(): void {
    clearTimeout(this.#typingTimer);
    this.#sentSearch = this.search;
  }

  /** Changes conditions of the filter; what can be remembered is. */
  narrow({ patient, isTrashed, ...remembered }: Partial<CaseFilter>): void {
    if (patient !== undefined) this.patient = patient;
    if (isTrashed !== undefined) this.isTrashed = isTrashed;
    if (Object.keys(remembered).length === 0) return;
    this.#preferences.change({
      caseFilter: { ...this.#preferences.current.caseFilter, ...remembered },
    });
  }

  /** Shows everything again. */
  clearConditions(): void {
    clearTimeout(this.#typingTimer);
    this.search = this.#sentSearch = '';
    this.narrow({ ...everyCase, isTrashed: this.isTrashed });
  }

  /** Sorts by a column; a second time, the other way round. */
  sortBy(by: CaseSort['by']): void {
    const first = by === 'patient' || by === 'class' ? 'ascending' : 'descending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const isAgain = this.sort.by === by && this.sort.direction === first;
    this.#preferences.change({ caseSort: { by, direction: isAgain ? other : first } });
  }

  /** Another list: from its top. */
  #begin(asked: string): void {
    this.#asked = asked;
    this.version++;
    this.#range = { first: 0, end: 1 };
    this.reload();
  }

  /** Fetches the visible pages anew; what is shown stays until they are here. */
  reload(): void {
    this.#generation++;
    this.#loading.clear();
    this.#ids = null;
    this.#loadVisible(true);
    void this.#loadFacets();
  }

  /** Not put off by further changes: a long analysis would keep the list from ever following. */
  #refreshSoon(): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined;
      this.reload();
    }, refreshMs);
  }

  #loadVisible(isReload: boolean): void {
    const firstPage = Math.floor(this.#range.first / pageSize);
    const lastPage = Math.max(firstPage, Math.floor((this.#range.end - 1) / pageSize));
    for (let page = firstPage; page <= lastPage; page++) {
      if (!this.#loading.has(page) && (isReload || !this.#pages.has(page))) void this.#load(page, isReload);
    }
  }

  async #load(page: number, isReload: boolean): Promise<void> {
    const generation = this.#generation;
    this.#loading.add(page);
    try {
      const query = { ...this.selection, offset: page * pageSize, limit: pageSize };
      const { cases, total } = await this.#main.call('listCases', query);
      if (generation !== this.#generation) return;
      if (isReload)
        for (const other of [...this.#pages.keys()]) if (!this.#loading.has(other)) this.#pages.delete(other);
      this.#pages.set(page, cases);
      this.total = total;
      this.failure = null;
    } catch (error) {
      if (generation === this.#generation) this.failure = toFailure(error);
    } finally {
      if (generation === this.#generation) this.#loading.delete(page);
    }
  }

  async #loadFacets(): Promise<void> {
    const generation = this.#generation;
    // Without them the filter offers less and the list works on.
    const facets = await this.#main.call('listCaseFacets', {}).catch(() => null);
    if (generation === this.#generation && facets !== null) this.facets = facets;
  }
}

/** The filter with its conditions in the order in which `everyCase` lists them. */
function sorted(filter: CaseFilter): Partial<CaseFilter> {
  return Object.fromEntries(Object.keys(everyCase).map((key) => [key, filter[key as keyof CaseFilter]]));
}
