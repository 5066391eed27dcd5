import { applicationBuild } from './applicationVersion.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';

type ApplicationCalls = Pick<Handlers, 'describeApplication' | 'listModels' | 'listProviders'>;

/** What runs here: the host, the installed models, the execution providers. */
export function applicationCalls({ host, engine: { models, providers } }: Parts): ApplicationCalls {
  return {
    describeApplication: () =>
      Promise.resolve({
        version: host.version,
        build: applicationBuild(),
        host: host.name,
        hasNativeDialogs: host.choosePaths !== null,
      }),
    listModels: async () => ({ models: await models.list() }),
    listProviders: async () => providers.report(await models.load('combined')),
  };
}
