/**
 * `npm run soak [-- --analyses 5000]`: a workstation under constant use in fast-forward, for docs/reliability.md. Fails where
 * memory grows by more than 1 MB per 1,000 analyses after the warm-up (of 1,000 analyses and more), or where anything is left
 * behind.
 */
import { parseArgs } from 'node:util';
import { leftBehind, soak } from './soak.ts';

const mostMbPerThousand = 1;

const { values } = parseArgs({ options: { analyses: { type: 'string', default: '5000' } } });
const slicesPerRound = Number(values.analyses) < 1000 ? 8 : 50;
const rounds = Math.ceil(Number(values.analyses) / slicesPerRound);
const result = await soak(
  {
    rounds,
    slicesPerRound,
    readingsPerRound: 2,
    trainAfter: [Math.floor(rounds / 4), Math.floor(rounds / 2)],
    warmUpRounds: Math.floor(rounds / 5),
  },
  (round, { mainMb, inferenceMb, handles, processes }) => {
    if (round % 10 !== 9) return;
    console.log(
      `${(round + 1) * slicesPerRound} analyses: main ${mainMb.toFixed(0)} MB, inference ${inferenceMb.toFixed(0)} MB, ${handles} open files, ${processes} processes`,
    );
  },
);
const { analyses, readings, trainings, seconds, mainMbPerThousand, inferenceMbPerThousand } = result;
console.log(`${analyses} analyses, ${readings} readings, ${trainings} trainings in ${seconds.toFixed(0)} s`);
const isLong = analyses >= 1000;
if (isLong)
  console.log(
    `after the warm-up, per 1,000 analyses: main ${mainMbPerThousand.toFixed(2)} MB, inference ${inferenceMbPerThousand.toFixed(2)} MB (at most ${mostMbPerThousand})`,
  );
const left = leftBehind(result);
console.log(`left behind: ${left.length === 0 ? 'nothing' : left.join(', ')}`);
const grows = Math.max(mainMbPerThousand, inferenceMbPerThousand) > mostMbPerThousand;
process.exitCode = left.length > 0 || (isLong && grows) ? 1 : 0;
