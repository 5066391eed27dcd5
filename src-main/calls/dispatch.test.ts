import { afterEach, describe, expect, it, vi } from 'vitest';
import { everyCase } from '../../src-shared/contract/caseSelection.ts';
import { UserError } from '../../src-shared/errors.ts';
import { dispatch, type Handlers } from './dispatch.ts';

const handlers = {
  cancelJob: ({ job }: { job: string }) => Promise.resolve({ wasRunning: job === 'running' }),
  listCases: (query: object) => Promise.resolve(query),
  openCase: () => Promise.reject(new UserError('case-unknown')),
  listModels: () => Promise.reject(new Error('ENOENT /home/somebody/Doe^John/model.onnx')),
} as unknown as Handlers;

afterEach(() => vi.restoreAllMocks());

describe('dispatch', () => {
  it('hands parsed input to the handler and wraps its value', async () => {
    const outcome = await dispatch(handlers, 'cancelJob', { job: 'running', extra: 1 });
    expect(outcome).toEqual({ ok: true, value: { wasRunning: true } });
  });

  it('fills in the defaults of the contract', async () => {
    const outcome = await dispatch(handlers, 'listCases', undefined);
    const sort = { by: 'updated', direction: 'descending' };
    const value = { search: '', offset: 0, limit: 100, filter: everyCase, sort };
    expect(outcome).toEqual({ ok: true, value });
  });

  it.each([
    ['unknownCall', {}],
    ['constructor', {}],
    ['__proto__', {}],
    ['cancelJob', {}],
    ['cancelJob', { job: 7 }],
    ['cancelJob', { job: 'x'.repeat(129) }],
    ['listCases', { limit: 0 }],
    ['listCases', 'text'],
  ])('refuses %s %j as invalid input', async (name, input) => {
    expect(await dispatch(handlers, name, input)).toMatchObject({
      ok: false,
      error: { code: 'invalid-input' },
    });
  });

  it('passes a user error on', async () => {
    const outcome = await dispatch(handlers, 'openCase', { id: 'gone' });
    expect(outcome).toEqual({ ok: false, error: { code: 'case-unknown', detail: {} } });
  });

  it('turns a bug into an incident that tells neither path nor name', async () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const outcome = await dispatch(handlers, 'listModels', {});
    expect(outcome).toMatchObject({ ok: false, error: { code: 'internal' } });
    const log = written.join('');
    expect(log).toMatch(/^incident [0-9a-f]{8}: Error\n/);
    expect(log + JSON.stringify(outcome)).not.toMatch(/Doe|ENOENT|model\.onnx/);
  });
});
