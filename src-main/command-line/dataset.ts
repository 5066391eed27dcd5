import { commandGroup } from './commandGroup.ts';
import { datasetExportCommand } from './datasetExport.ts';
import { datasetLabelCommand } from './datasetLabel.ts';
import { datasetScanCommand } from './datasetScan.ts';
import { datasetSplitCommand } from './datasetSplit.ts';
import { datasetVerifyCommand } from './datasetVerify.ts';

/** `bratum dataset …`: what is in a folder of pictures, and how to split it. */
export const datasetCommand = commandGroup('dataset', 'Data sets', {
  scan: datasetScanCommand,
  label: datasetLabelCommand,
  split: datasetSplitCommand,
  verify: datasetVerifyCommand,
  export: datasetExportCommand,
});
