import { plainPicture } from '../../src-shared/domain/slice.ts';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import { classifyStream, shownWithAnswer } from './classifyStream.ts';
import type { ClassifyTools } from './classifySlices.ts';
import type { DecodedSlice } from './OpenedSlices.ts';

/** Rows and columns of the made-up slice. */
const side = 256;

/**
 * Answers for a made-up slice and forgets the answer, so that the first real one does not wait for a process to start,
 * models to be opened and code to be compiled. The slice says that it is axial, as most of a head's do.
 *
 * Never throws: what is wrong is said to whoever asks for an answer.
 */
export async function warmUp(tools: ClassifyTools): Promise<void> {
  const items = mapInOrder([madeUpSlice()], 1, (value) =>
    Promise.resolve({ tag: null, decoded: { ok: true, value } } as const),
  );
  const options = { model: 'auto', provider: 'auto', ...shownWithAnswer } as const;
  try {
    await classifyStream(items, tools, options, null).next();
  } catch {
    // As documented.
  }
}

/** A grey disc on black. */
function madeUpSlice(): DecodedSlice {
  const samples = Uint8Array.from({ length: side * side }, (_, i) => {
    const fromMiddle = Math.hypot(Math.floor(i / side) - side / 2, (i % side) - side / 2);
    return fromMiddle < side / 3 ? 60 + (i % 97) : 0;
  });
  const header = { ...plainPicture, fileName: '', format: 'png', volumePlane: 'axial' } as const;
  return {
    slice: { ...header, rows: side, columns: side, samples },
    content: { fileHash: '', frame: null, volumePlane: 'axial' },
    bytesAt: performance.now(),
  };
}
