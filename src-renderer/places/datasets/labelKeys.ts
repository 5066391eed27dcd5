import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';

/** Keys for planes, as the screen shows them. */
export const planeKeys: Readonly<Record<Plane, string>> = { axial: '1', sagittal: '2', coronal: '3' };

/** Keys for classes: the letters of their marks. */
export const classKeys: Readonly<Record<TumourClass, string>> = {
  glioma_tumor: 'G',
  meningioma_tumor: 'M',
  no_tumor: 'N',
  pituitary_tumor: 'P',
};

/** What a key does in the labelling grid. */
export type LabelCommand =
  | { kind: 'plane'; plane: Plane | null }
  | { kind: 'class'; class: TumourClass | null }
  | { kind: 'quarantine' }
  | { kind: 'accept' }
  | { kind: 'undo' }
  | { kind: 'redo' }
  | { kind: 'go'; by: Step; isExtending: boolean }
  | { kind: 'next-unlabelled' }
  | { kind: 'select-all' }
  | { kind: 'single' }
  | { kind: 'leave' }
  | { kind: 'keys' };

/** A way through the grid. */
export type Step = 'left' | 'right' | 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
};

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** The command of a key; null where the key is none of ours. */
export function labelCommand(event: Key): LabelCommand | null {
  const { key, shiftKey } = event;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return withControl(key.toLowerCase(), shiftKey);
  const step = steps[key];
  if (step !== undefined) return { kind: 'go', by: step, isExtending: shiftKey };
  const plane = keyOf(planeKeys, key);
  if (plane !== null) return { kind: 'plane', plane };
  const tumour = keyOf(classKeys, key.toUpperCase());
  if (tumour !== null) return { kind: 'class', class: tumour };
  switch (key) {
    case '0':
    case 'Delete':
      return { kind: 'plane', plane: null };
    case 'Backspace':
      return { kind: 'class', class: null };
    case 'q':
    case 'Q':
      return { kind: 'quarantine' };
    case 'Enter':
      return { kind: 'accept' };
    case 'u':
    case 'U':
      return { kind: 'next-unlabelled' };
    case ' ':
      return { kind: 'single' };
    case '?':
      return { kind: 'keys' };
    case 'Escape':
      return { kind: 'leave' };
    default:
      return null;
  }
}

function withControl(key: string, isShifted: boolean): LabelCommand | null {
  if (key === 'z') return { kind: isShifted ? 'redo' : 'undo' };
  if (key === 'y') return { kind: 'redo' };
  return key === 'a' ? { kind: 'select-all' } : null;
}

function keyOf<Name extends string>(keys: Readonly<Record<Name, string>>, key: string): Name | null {
  return (Object.keys(keys) as Name[]).find((name) => keys[name] === key) ?? null;
}

/** Where a step leads from a place in the grid. */
export function placeAfter(
  by: Step,
  place: number,
  { count, columns, rowsInView }: { count: number; columns: number; rowsInView: number },
): number {
  const page = Math.max(1, rowsInView) * columns;
  const moves: Record<Step, number> = {
    left: place - 1,
    right: place + 1,
    up: place < columns ? place : place - columns,
    down:
      place + columns >= count && Math.floor(place / columns) === Math.floor((count - 1) / columns)
        ? place
        : place + columns,
    'page-up': place - page,
    'page-down': place + page,
    first: 0,
    last: count - 1,
  };
  return Math.max(0, Math.min(count - 1, moves[by]));
}
