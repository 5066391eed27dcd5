/** What a key means in the list of cases. */
export type ListCommand =
  | { kind: 'go'; by: ListStep; isExtending: boolean; isKeeping: boolean }
  | { kind: 'toggle' | 'mark-all' | 'clear' | 'open' | 'remove' }
  | { kind: 'find'; letter: string };

/** One line, one page, or to an end. */
export type ListStep = 'previous' | 'next' | 'page-up' | 'page-down' | 'first' | 'last';

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

const steps: Partial<Record<string, ListStep>> = {
  ArrowUp: 'previous',
  ArrowDown: 'next',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
};

const kinds: Partial<Record<string, Exclude<ListCommand['kind'], 'go' | 'find'>>> = {
  ' ': 'toggle',
  Enter: 'open',
  Delete: 'remove',
  Escape: 'clear',
};

/**
 * The keys of a list, as file managers have them: arrows, pages and ends go, with Shift they mark on the way, with
 * Ctrl they leave the marks alone; letters find.
 *
 * @param isFinding - letters were typed a moment ago: a space then belongs to them
 * @returns null for keys that are not the list's
 */
export function listCommand(
  { key, shiftKey, ctrlKey, metaKey, altKey }: Key,
  isFinding = false,
): ListCommand | null {
  if (altKey) return null;
  const hasControl = ctrlKey || metaKey;
  const by = steps[key];
  if (by !== undefined) return { kind: 'go', by, isExtending: shiftKey, isKeeping: hasControl && !shiftKey };
  if (hasControl) return key.toLowerCase() === 'a' ? { kind: 'mark-all' } : null;
  const isLetter = [...key].length === 1 && key !== '?' && (key !== ' ' || isFinding);
  if (isLetter) return { kind: 'find', letter: key };
  const kind = kinds[key];
  return kind === undefined ? null : { kind };
}

/**
 * The line that a step leads to, within the list.
 *
 * @param page - lines that are seen at once
 */
export function stepTo(by: ListStep, line: number, count: number, page: number): number {
  const targets: Record<ListStep, number> = {
    previous: line - 1,
    next: line + 1,
    'page-up': line - Math.max(1, page - 1),
    'page-down': line + Math.max(1, page - 1),
    first: 0,
    last: count - 1,
  };
  return Math.max(0, Math.min(count - 1, targets[by]));
}
