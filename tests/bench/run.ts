/**
 * `npm run bench -- NAME [--json]`: measures one part of the application against what it is made of.
 * A benchmark reports ratios and never fails for being slow.
 */
import { refuseTelemetry } from '../../src-main/runtime/refuseTelemetry.ts';
import type { Measurement } from './Measurement.ts';

// Some of them load onnxruntime by themselves.
refuseTelemetry();

const benchmarks: Record<string, () => Promise<Measurement[]>> = {
  cases: async () => (await import('./cases.ts')).benchCases(),
  classify: async () => (await import('./classify.ts')).benchClassify(),
  datasets: async () => (await import('./datasets.ts')).benchDatasets(),
  engines: async () => (await import('./engines.ts')).benchEngines(),
  explain: async () => (await import('./explain.ts')).benchExplain(),
  fleet: async () => (await import('./fleet.ts')).benchFleet(),
  training: async () => (await import('./training.ts')).benchTraining(),
  'training-interface': async () => (await import('./trainingInterface.ts')).benchTrainingInterface(),
  viewer: async () => (await import('./viewer.ts')).benchViewer(),
};

const [name = '', ...flags] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (!benchmark || flags.some((flag) => flag !== '--json')) {
  console.error(
    `Usage: npm run bench -- NAME [--json]\nNAME is one of: ${Object.keys(benchmarks).join(', ')}`,
  );
  process.exit(1);
}
const measurements = await benchmark();
if (flags.includes('--json')) {
  console.log(JSON.stringify(measurements, null, 2));
} else {
  console.table(measurements);
}
