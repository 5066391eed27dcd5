import type { CaseList } from './CaseList.svelte.ts';
import { idSet, toggled } from './idSets.ts';

export interface GoOptions {
  /** Marks everything from where the marking began. */
  isExtending?: boolean;
  /** Moves without touching the marks. */
  isKeeping?: boolean;
}

/** Where in the list the keyboard is, and which cases are marked for what comes next. */
export class CaseMarks {
  line = $state(0);
  /** The case that the details are about. */
  current = $state<string | null>(null);
  ids = $state.raw(idSet());
  readonly #list: CaseList;
  #anchor = 0;
  #version = 0;
  /** The line is chosen and its page is on the way; whether it is to be marked, too. */
  #awaited: 'to-mark' | 'to-keep' | null = null;
  /** Counts what was marked, so that ids that arrive late change nothing. */
  #generation = 0;

  constructor(list: CaseList) {
    this.#list = list;
  }

  /** Goes to a line and marks it, and nothing else unless asked to. */
  async go(line: number, { isExtending = false, isKeeping = false }: GoOptions = {}): Promise<void> {
    this.#moveTo(line);
    if (isKeeping) return;
    if (isExtending) {
      await this.#markRange(this.#anchor, this.line);
      return;
    }
    this.#anchor = this.line;
    if (this.#awaited !== null) this.#awaited = 'to-mark';
    this.#mark(this.current === null ? [] : [this.current]);
  }

  /** Marks a line, or takes its mark away; the others stay as they are. */
  toggle(line: number): void {
    this.#moveTo(line);
    this.#anchor = this.line;
    if (this.current === null) return;
    this.#mark(toggled(this.ids, this.current));
  }

  /** Marks the whole list, also what was never shown. */
  async markAll(): Promise<void> {
    const generation = ++this.#generation;
    const ids = await this.#list.ids();
    if (generation === this.#generation) this.ids = idSet(ids);
  }

  /** Takes every mark away. */
  clear(): void {
    this.#mark([]);
  }

  /** Forgets where it was: another list is shown. */
  reset(): void {
    this.line = 0;
    this.current = null;
    this.#anchor = 0;
    this.#awaited = null;
    this.clear();
  }

  /**
   * Follows the list after something of it was fetched: stays on the case where it was, wherever it went; where it is
   * gone, stays on the line.
   */
  follow(): void {
    const { total, version } = this.#list;
    if (version !== this.#version) {
      this.#version = version;
      this.reset();
    }
    if (total === null || total === 0) {
      this.current = null;
      return;
    }
    if (this.#awaited !== null) this.#arrive();
    else if (this.current !== null) this.#followCase(this.current, total);
  }

  #followCase(id: string, total: number): void {
    const line = this.#list.lineOf(id);
    if (line !== null) this.line = line;
    else this.#moveTo(Math.min(this.line, total - 1));
  }

  #arrive(): void {
    const id = this.#list.at(this.line)?.id;
    if (id === undefined) return;
    if (this.#awaited === 'to-mark') this.#mark([id]);
    this.#awaited = null;
    this.current = id;
  }

  #moveTo(line: number): void {
    const last = Math.max(0, (this.#list.total ?? 1) - 1);
    this.line = Math.max(0, Math.min(last, line));
    this.current = this.#list.at(this.line)?.id ?? null;
    this.#awaited = this.current === null ? 'to-keep' : null;
  }

  async #markRange(from: number, to: number): Promise<void> {
    const generation = ++this.#generation;
    const ids = await this.#list.ids();
    if (generation !== this.#generation) return;
    this.ids = idSet(ids.slice(Math.min(from, to), Math.max(from, to) + 1));
    this.current = ids[this.line] ?? null;
  }

  #mark(ids: Iterable<string>): void {
    this.#generation++;
    this.ids = idSet(ids);
  }
}
