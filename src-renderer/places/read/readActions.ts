/** What a key can do in the Read place. */
export const readActions = [
  'next-slice',
  'previous-slice',
  'first-slice',
  'last-slice',
  'next-series',
  'previous-series',
  'next-marked',
  'previous-marked',
  'agree',
  'disagree',
  'write-reading',
  'next-layout',
  'maximise',
  'synchronise-scroll',
  'synchronise-zoom',
  'synchronise-cursor',
  'go-to-cursor',
  'toggle-heatmap',
  'toggle-heatmap-beside',
  'less-opacity',
  'more-opacity',
  'toggle-inversion',
  'toggle-overlays',
  'reset-window',
  'fit',
  'reset',
  'analyse-series',
  'open-files',
  'cancel',
] as const;

export type ReadAction = (typeof readActions)[number];

interface KeyText {
  /** As `KeyboardEvent.key` says it, lower case. */
  keys: string[];
  /** As the keyboard's caps say it. */
  caps: string[];
  words: string;
}

/** The keys of each action, and the words of the shortcuts sheet. */
export const actionKeys: Record<ReadAction, KeyText> = {
  'previous-slice': { keys: ['arrowup', 'pageup'], caps: ['↑'], words: 'Previous slice' },
  'next-slice': { keys: ['arrowdown', 'pagedown'], caps: ['↓'], words: 'Next slice' },
  'first-slice': { keys: ['home'], caps: ['Home'], words: 'First slice' },
  'last-slice': { keys: ['end'], caps: ['End'], words: 'Last slice' },
  'previous-series': { keys: ['arrowleft'], caps: ['←'], words: 'Previous series' },
  'next-series': { keys: ['arrowright'], caps: ['→'], words: 'Next series' },
  'next-marked': { keys: ['.'], caps: ['.'], words: 'Next slice to look at' },
  'previous-marked': { keys: [','], caps: [','], words: 'Previous slice to look at' },
  agree: { keys: ['y'], caps: ['Y'], words: 'Agree with the answer' },
  disagree: { keys: ['n'], caps: ['N'], words: 'Disagree with the answer' },
  'write-reading': { keys: ['q'], caps: ['Q'], words: 'Write a reading' },
  'next-layout': { keys: ['d'], caps: ['D'], words: 'Next layout' },
  maximise: { keys: ['k'], caps: ['K'], words: 'Enlarge the active picture, or go back' },
  'synchronise-scroll': { keys: ['s'], caps: ['S'], words: 'Scroll together' },
  'synchronise-zoom': { keys: ['j'], caps: ['J'], words: 'Zoom and move together' },
  'synchronise-cursor': { keys: ['c'], caps: ['C'], words: 'Cross-hair in the other pictures' },
  'go-to-cursor': { keys: ['x'], caps: ['X'], words: 'Others to this point' },
  'toggle-heatmap-beside': { keys: ['u'], caps: ['U'], words: 'Heatmap beside the picture' },
  'toggle-heatmap': { keys: ['h'], caps: ['H'], words: 'Heatmap on or off' },
  'less-opacity': { keys: ['['], caps: ['['], words: 'Heatmap fainter' },
  'more-opacity': { keys: [']'], caps: [']'], words: 'Heatmap stronger' },
  'toggle-inversion': { keys: ['i'], caps: ['I'], words: 'Invert grey' },
  'toggle-overlays': { keys: ['t'], caps: ['T'], words: 'Text on or off' },
  'reset-window': { keys: ['w'], caps: ['W'], words: 'Automatic window' },
  fit: { keys: ['f'], caps: ['F', '0'], words: 'Fit to the view' },
  reset: { keys: ['r'], caps: ['R'], words: 'Reset the view' },
  'analyse-series': { keys: ['a'], caps: ['A'], words: 'Analyse the series' },
  'open-files': { keys: ['o'], caps: ['O'], words: 'Open files' },
  cancel: { keys: ['escape'], caps: ['Esc'], words: 'Cancel what is running' },
};

const actionByKey = new Map(
  readActions.flatMap((action) => actionKeys[action].keys.map((key) => [key, action] as const)),
);

/** The part of a keyboard event that decides. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
}

/**
 * The action that a key press stands for, or null: keys with a modifier belong to the system or to the
 * viewport, keys in a text field to the text, and the arrows in a slider to the slider.
 */
export function actionOf({
  key,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  defaultPrevented,
  target,
}: KeyPress): ReadAction | null {
  if (defaultPrevented || ctrlKey || metaKey || altKey || (shiftKey && isMove(key))) return null;
  const action = actionByKey.get(key.toLowerCase()) ?? null;
  return isTakenByControl(key, target) && action !== 'cancel' ? null : action;
}

/** Whether the control that has the focus makes something of the key itself: any in a text, moves in a slider. */
export function isTakenByControl(key: string, target: EventTarget | null): boolean {
  const control = controlOf(target);
  return control === 'text' || (control === 'slider' && isMove(key));
}

const isMove = (key: string) => /^(arrow|page|home|end)/i.test(key);

function controlOf(target: EventTarget | null): 'text' | 'slider' | null {
  const { tagName, type } = (target ?? {}) as { tagName?: string; type?: string };
  if (tagName === 'SELECT' || tagName === 'TEXTAREA') return 'text';
  if (tagName === 'INPUT')
    return type === 'range' || type === 'radio' ? 'slider' : type === 'checkbox' ? null : 'text';
  return null;
}
