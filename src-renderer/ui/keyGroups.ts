/** What keys and the mouse do, of one subject. */
export interface KeyGroup {
  title: string;
  lines: readonly { caps: readonly string[]; words: string }[];
}

/** The key that makes a letter a command. */
export const modifier = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';

/** What holds in every place. */
export const everywhere: KeyGroup = {
  title: 'Everywhere',
  lines: [
    { caps: [modifier, 'K'], words: 'Search the cases' },
    { caps: ['?'], words: 'This sheet' },
  ],
};
