import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { OpenedSource } from '../../src-shared/contract/calls.ts';
import type { SourceHandle } from '../../src-shared/domain/collection.ts';
import { UserError } from '../../src-shared/errors.ts';

/** Paths that a person opened, by handle: a renderer can ask only for what main has issued. */
export class SourceHandles {
  readonly #pathByHandle = new Map<SourceHandle, string>();
  readonly #handleByPath = new Map<string, SourceHandle>();

  /** The same path keeps its handle. */
  issue(path: string): OpenedSource {
    let source = this.#handleByPath.get(path);
    if (source === undefined) {
      source = `source:${randomUUID()}`;
      this.#handleByPath.set(path, source);
      this.#pathByHandle.set(source, path);
    }
    return { source, name: basename(path) };
  }

  /** @throws UserError 'handle-unknown' for anything that was not issued here */
  resolve(source: SourceHandle): string {
    const path = this.#pathByHandle.get(source);
    if (path === undefined) throw new UserError('handle-unknown');
    return path;
  }
}
