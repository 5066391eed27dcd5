import { describe, expect, it } from 'vitest';
import { CaseMarks, type MarkedList } from './CaseMarks.svelte.ts';

/** The part of a list that marks ask: ids in order, of which only the first `here` lines have arrived. */
class ShortList implements MarkedList {
  total = 0;
  version = 1;
  all: string[] = [];
  here = 0;

  constructor(all: string[], here = all.length) {
    this.replace(all, here);
  }

  replace(all: string[], here = all.length): void {
    this.all = all;
    this.total = all.length;
    this.here = here;
  }

  at(line: number): { id: string } | undefined {
    const id = line < this.here ? this.all[line] : undefined;
    return id === undefined ? undefined : { id };
  }

  lineOf(id: string): number | null {
    const line = this.all.slice(0, this.here).indexOf(id);
    return line < 0 ? null : line;
  }

  ids(): Promise<string[]> {
    return Promise.resolve(this.all);
  }
}

function marksOf(list: ShortList): CaseMarks {
  const marks = new CaseMarks(list);
  marks.follow();
  return marks;
}

/** Lets promises that are resolved already go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('marks', () => {
  it('mark the line gone to, ranges from it, and single ones besides', async () => {
    const marks = marksOf(new ShortList(['a', 'b', 'c', 'd', 'e']));
    await marks.go(1);
    expect([...marks.ids]).toEqual(['b']);
    await marks.go(3, { isExtending: true });
    expect([...marks.ids]).toEqual(['b', 'c', 'd']);
    await marks.go(0, { isExtending: true });
    expect([...marks.ids]).toEqual(['a', 'b']);
    await marks.go(4, { isKeeping: true });
    marks.toggle(4);
    expect([...marks.ids]).toEqual(['a', 'b', 'e']);
    await marks.markAll();
    expect(marks.ids.size).toBe(5);
  });

  it('reach lines that were never fetched', async () => {
    const list = new ShortList(['a', 'b', 'c', 'd'], 1);
    const marks = marksOf(list);
    await marks.go(0);
    await marks.go(3, { isExtending: true });
    expect([...marks.ids]).toEqual(['a', 'b', 'c', 'd']);
    await marks.go(2);
    expect([marks.current, marks.ids.size]).toEqual([null, 0]);
    list.here = 4;
    marks.follow();
    expect([marks.current, ...marks.ids]).toEqual(['c', 'c']);
  });

  it('stay with their case when others come before it', async () => {
    const list = new ShortList(['a', 'b', 'c']);
    const marks = marksOf(list);
    await marks.go(1);
    list.replace(['new', 'a', 'b', 'c']);
    marks.follow();
    expect([marks.current, marks.line, marks.shownLine]).toEqual(['b', 2, 1]);
  });

  it('stay with a case that went where nothing was fetched', async () => {
    const list = new ShortList(['a', 'b', 'c', 'd']);
    const marks = marksOf(list);
    await marks.go(0);
    list.replace(['b', 'c', 'd', 'a'], 2);
    marks.follow();
    await settle();
    expect([marks.current, marks.line, ...marks.ids]).toEqual(['a', 3, 'a']);
  });

  it('never keep a case that is gone', async () => {
    const list = new ShortList(['a', 'b', 'c']);
    const marks = marksOf(list);
    await marks.go(1);
    list.replace(['a', 'c']);
    marks.follow();
    await settle();
    expect([marks.current, ...marks.ids]).toEqual(['c', 'c']);
    list.version++;
    marks.follow();
    expect([marks.current, marks.ids.size]).toEqual([null, 0]);
  });
});
