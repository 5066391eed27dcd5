/** `npm run fuzz [-- --target NAME --count 10000 --from 0 --seed 1]`: mutated inputs for every parser. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { targets, type TargetName } from './targets.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: Object.keys(targets) },
    count: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});

let failures = 0;
for (const target of values.target as TargetName[]) {
  const { inputs, seconds, peakMb, findings } = await fuzz(
    target,
    Number(values.from),
    Number(values.count),
    Number(values.seed),
  );
  failures += findings.length;
  console.log(
    `${target.padEnd(8)} ${inputs} inputs, ${findings.length} findings, ${seconds.toFixed(0)} s, at most ${peakMb.toFixed(0)} MB`,
  );
  for (const { input, what } of findings.slice(0, 20))
    console.log(
      `  --target ${target} --from ${input} --count 1 --seed ${values.seed}\n    ${what.replaceAll('\n', '\n    ')}`,
    );
}
process.exitCode = failures === 0 ? 0 : 1;
