import { ModelRegistry } from './models/ModelRegistry.ts';
import { openEngine, type Engine } from './openEngine.ts';
import { userDataFolder } from './userDataFolder.ts';

/** The engine of the command line: with the models that this user took in and put to use in the application. */
export function openUserEngine(): Engine {
  const registry = new ModelRegistry(userDataFolder());
  const engine = openEngine({ registry });
  return {
    ...engine,
    close() {
      engine.close();
      void registry.close();
    },
  };
}
