import { expect, test } from 'vitest';
import { PathsToOpen } from './PathsToOpen.ts';

test('paths wait for a listener, arrive once, and wait again after it left', () => {
  const toOpen = new PathsToOpen();
  const heard: (readonly string[])[] = [];
  toOpen.add(['a']);
  toOpen.add(['b']);
  toOpen.deliverTo((paths) => heard.push(paths));
  toOpen.add(['c']);
  toOpen.deliverTo(null);
  toOpen.add(['d']);
  toOpen.deliverTo((paths) => heard.push(paths));
  expect(heard).toEqual([['a', 'b'], ['c'], ['d']]);
});
