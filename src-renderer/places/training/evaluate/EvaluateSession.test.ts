import { expect, it } from 'vitest';
import type { OpenedSource } from '../../../../src-shared/contract/calls.ts';
import type { Outcome } from '../../../../src-shared/errors.ts';
import { MainSide } from '../../../bridge/MainSide.ts';
import { EvaluateSession } from './EvaluateSession.svelte.ts';

const sourceOf = (name: string): OpenedSource => ({ source: name, name });

it('does not start while a file that was chosen is on its way', async () => {
  let hand = Promise.withResolvers<Outcome<OpenedSource[]>>();
  const session = new EvaluateSession(
    new MainSide({
      state: 'connected',
      call: () => Promise.reject(new Error('no call is expected')),
      addFiles: () => hand.promise,
      listen: () => () => undefined,
      watchState: () => () => undefined,
    }),
  );
  session.dataset = sourceOf('pictures');
  expect(session.canStart).toBe(true);
  const picked = session.pick('labels', []);
  expect([session.canStart, session.arriving]).toEqual([false, 'labels']);
  hand.resolve({ ok: true, value: [sourceOf('labels.csv')] });
  await picked;
  expect([session.canStart, session.arriving, session.labels?.name]).toEqual([true, null, 'labels.csv']);

  hand = Promise.withResolvers<Outcome<OpenedSource[]>>();
  const refused = session.pick('labels', []);
  hand.resolve({ ok: false, error: { code: 'disk-full', detail: {} } });
  await refused;
  expect([session.canStart, session.task.failure?.code, session.labels?.name]).toEqual([
    true,
    'disk-full',
    'labels.csv',
  ]);
});
