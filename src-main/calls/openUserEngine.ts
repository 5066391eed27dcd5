import { ModelRegistry } from './models/ModelRegistry.ts';
import { openEngine, type Engine, type EngineOptions } from './openEngine.ts';
import { userDataFolder } from './userDataFolder.ts';

/** The engine of the command line: with the models that this user took in and put to use in the application. */
export function openUserEngine({ pool }: Pick<EngineOptions, 'pool'> = {}): Engine {
  const registry = new ModelRegistry(userDataFolder());
  const engine = openEngine({ registry, ...(pool !== undefined && { pool }) });
  return {
    ...engine,
    close() {
      engine.close();
      void registry.close();
    },
  };
}
