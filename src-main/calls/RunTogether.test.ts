import { expect, it } from 'vitest';
import { RunTogether } from './RunTogether.ts';

it('asks together what came while a run was under way, and answers each with its own', async () => {
  const sizes: number[] = [];
  const squares = new RunTogether<number, number>(async (items) => {
    sizes.push(items.length);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return items.map((item) => item ** 2);
  }, 4);
  const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((item) => squares.ask(item)));
  expect(answers).toEqual([1, 4, 9, 16, 25, 36, 49]);
  expect(sizes).toEqual([1, 4, 2]);
});

it('fails only the questions of a failed run', async () => {
  const run = new RunTogether<number, number>(
    (items) => (items.includes(2) ? Promise.reject(new Error('two')) : Promise.resolve([...items])),
    1,
  );
  const outcomes = await Promise.allSettled([run.ask(1), run.ask(2), run.ask(3)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
