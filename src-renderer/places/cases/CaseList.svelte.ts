import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { CaseSummary } from '../../../src-shared/domain/cases.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

const pageSize = 100;
/** Typing rests this long before the search is sent. */
const typingMs = 150;
/** A running analysis announces many changes; the list follows at this pace. */
const refreshMs = 500;

/** The case list: pages of it, fetched as they come into view. */
export class CaseList {
  search = $state('');
  /** Null until the first page has arrived. */
  total = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #pages = new SvelteMap<number, CaseSummary[]>();
  readonly #loading = new SvelteSet<number>();
  readonly #main: MainSide;
  #range = { first: 0, end: 1 };
  /** Counts searches and refreshes, so that a late page of an earlier one is dropped. */
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Reads the list and keeps it up to date until the returned function is called. */
  follow(): () => void {
    this.#reload();
    const stops = [
      this.#main.on('casesChanged', () => this.#reloadAfter(refreshMs)),
      this.#main.watchConnection((state) => {
        if (state === 'connected') this.#reload();
      }),
    ];
    return () => {
      clearTimeout(this.#timer);
      stops.forEach((stop) => stop());
    };
  }

  /** The case in this line, or undefined while its page is on the way. */
  at(index: number): CaseSummary | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Says which lines are in view. */
  show(first: number, end: number): void {
    this.#range = { first, end };
    this.#loadVisible(false);
  }

  searchFor(text: string): void {
    this.search = text;
    this.#reloadAfter(typingMs);
  }

  /** Fetches the visible pages anew; what is shown stays until they are here. */
  #reload(): void {
    this.#generation++;
    this.#loading.clear();
    this.#loadVisible(true);
  }

  #reloadAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reload(), milliseconds);
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
      const query = { search: this.search.trim(), offset: page * pageSize, limit: pageSize };
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
}
