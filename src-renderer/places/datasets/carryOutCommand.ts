import type { Labelling } from './Labelling.svelte.ts';
import { placeAfter, type LabelCommand } from './labelKeys.ts';

/** The grid as far as steps through it need it, and the way to the single picture and back. */
interface View {
  columns: number;
  rowsInView: number;
  onSingle: () => void;
  /** Escape. */
  onLeave: () => void;
  /** Shows what every key does. */
  onKeys: () => void;
}

/** Carries out what a key means. */
export function carryOutCommand(labelling: Labelling, command: LabelCommand, view: View): void {
  const { selection, count } = labelling;
  switch (command.kind) {
    case 'plane':
      return labelling.setPlane(command.plane);
    case 'class':
      return labelling.setClass(command.class);
    case 'quarantine':
      return labelling.toggleQuarantine();
    case 'accept':
      return labelling.accept();
    case 'undo':
      return labelling.undo();
    case 'redo':
      return labelling.redo();
    case 'next-unlabelled':
      return labelling.goToUnlabelled();
    case 'select-all':
      return selection.selectAll();
    case 'single':
      return view.onSingle();
    case 'leave':
      return view.onLeave();
    case 'keys':
      return view.onKeys();
    case 'go':
      if (count === 0) return;
      return selection.go(placeAfter(command.by, selection.cursor, { ...view, count }), command.isExtending);
  }
}
