import type { ParsedInput } from '../../../src-shared/contract/calls.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { JobServices } from '../../jobs/openEmbedded.ts';
import { readOverview } from '../../jobs/readOverview.ts';
import type { Handlers } from '../dispatch.ts';
import { openServices, placeFromEnvironment } from './openServices.ts';

/** The jobs as the desktop shows them; the services are opened when somebody first looks, a failure is not remembered. */
export class JobsDesk {
  readonly #folder: string;
  #opening: Promise<JobServices> | null = null;

  /** @param folder - of the case store, beside which `jobs.db` lies where there is no fleet */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get handlers(): Pick<Handlers, 'readJobs' | 'cancelSubmission'> {
    return {
      readJobs: async () => {
        const { store } = await this.#services();
        return { ...(await readOverview(store)), isFleet: this.#place().kind === 'fleet' };
      },
      cancelSubmission: async ({ id }: ParsedInput<'cancelSubmission'>) => {
        const { store } = await this.#services();
        if (!(await store.cancel(id))) throw new UserError('submission-unknown');
        return {};
      },
    };
  }

  async close(): Promise<void> {
    await (await this.#opening?.catch(() => null))?.close();
  }

  #place() {
    return placeFromEnvironment(this.#folder);
  }

  #services(): Promise<JobServices> {
    if (this.#opening === null) {
      const opening = openServices(this.#place());
      opening.catch(() => (this.#opening = null));
      this.#opening = opening;
    }
    return this.#opening;
  }
}
