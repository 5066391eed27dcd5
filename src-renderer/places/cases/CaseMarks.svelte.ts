import { idSet, toggled } from './idSets.ts';

export interface GoOptions {
  /** Marks everything from where the marking began. */
  isExtending?: boolean;
  /** Moves without touching the marks. */
  isKeeping?: boolean;
}

/** What the marks need to know of the list. */
export interface MarkedList {
  readonly total: number | null;
  /** Changes with what is asked for. */
  readonly version: number;
  at(line: number): { id: string } | undefined;
  lineOf(id: string): number | null;
  ids(): Promise<string[]>;
}

/** Where in the list the keyboard is, and which cases are marked for what comes next. */
export class CaseMarks {
  line = $state(0);
  /** The line that was gone to last: kept in view, while one that only moved with its case is not. */
  shownLine = $state(0);
  /** The case that the details are about. */
  current = $state<string | null>(null);
  ids = $state.raw(idSet());
  readonly #list: MarkedList;
  #anchor = 0;
  #version = 0;
  #isSeeking = false;
  /** The line is chosen and its page is on the way; whether it is to be marked, too. */
  #awaited: 'to-mark' | 'to-keep' | null = null;
  /** Counts what was marked, so that ids that arrive late change nothing. */
  #generation = 0;

  constructor(list: MarkedList) {
    this.#list = list;
  }

  /** Goes to a line and marks it, and nothing else unless asked to. */
  async go(line: number, { isExtending = false, isKeeping = false }: GoOptions = {}): Promise<void> {
    this.#moveTo(line);
    this.shownLine = this.line;
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
    this.shownLine = this.#anchor = this.line;
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
    this.line = this.shownLine = 0;
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
    // Where its page is not here, nothing says that the case has gone.
    else if (this.#list.at(Math.min(this.line, total - 1)) !== undefined) void this.#seek(id);
  }

  /** Looks through the whole list for a case that is no longer in its line. */
  async #seek(id: string): Promise<void> {
    if (this.#isSeeking) return;
    this.#isSeeking = true;
    try {
      const line = (await this.#list.ids()).indexOf(id);
      if (this.current !== id) return;
      if (line >= 0) this.line = line;
      else this.#leave(id);
    } catch {
      // The list tells by itself that it cannot be read.
    } finally {
      this.#isSeeking = false;
    }
  }

  /** The case is gone: the next one in its line takes its place, marked if it was the only one. */
  #leave(id: string): void {
    const wasAlone = this.ids.size === 1 && this.ids.has(id);
    if (this.ids.has(id)) this.#mark(toggled(this.ids, id));
    this.#moveTo(this.line);
    if (!wasAlone) return;
    if (this.current === null) this.#awaited = 'to-mark';
    else this.#mark([this.current]);
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
