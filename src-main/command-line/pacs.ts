import { commandGroup } from './commandGroup.ts';
import { pacsAnalyseCommand } from './pacsAnalyse.ts';
import { pacsPullCommand } from './pacsPull.ts';
import { pacsPushCommand } from './pacsPush.ts';
import { pacsQueryCommand } from './pacsQuery.ts';
import { pacsServeCommand } from './pacsServe.ts';
import { pacsAddCommand, pacsListCommand, pacsRemoveCommand } from './pacsServers.ts';

/** `bratum pacs …`: pictures from an archive, and results into it. */
export const pacsCommand = commandGroup('pacs', 'Archives, over DICOMweb and DIMSE', {
  list: pacsListCommand,
  add: pacsAddCommand,
  remove: pacsRemoveCommand,
  query: pacsQueryCommand,
  pull: pacsPullCommand,
  push: pacsPushCommand,
  analyse: pacsAnalyseCommand,
  serve: pacsServeCommand,
});
