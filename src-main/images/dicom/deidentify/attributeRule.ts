import { attributeTable } from './attributeTable.ts';

/** Action codes of PS3.15 table E.1-1, where `K` also stands for an attribute that the profile does not name. */
export type ActionCode = 'K' | 'X' | 'Z' | 'D' | 'U' | 'X/Z' | 'X/D' | 'Z/D' | 'X/Z/D' | 'X/Z/U*';

/** What the standard says of one attribute. */
export interface AttributeRule {
  keyword: string;
  /** The value representations that it may have, the usual one first. */
  representations: readonly string[];
  action: ActionCode;
  /** Letters of the options that act on it; see `attributeTable`. */
  options: string;
}

let rules: Map<string, AttributeRule> | null = null;

function readTable(): Map<string, AttributeRule> {
  const lines = attributeTable.trim().split('\n');
  return new Map(
    lines.map((line): [string, AttributeRule] => {
      const [tag = '', representations = '', keyword = '', action = 'K', options = ''] = line.split(' ');
      return [
        `x${tag}`,
        { keyword, representations: representations.split('/'), action: action as ActionCode, options },
      ];
    }),
  );
}

/** The rule of an attribute by its tag as dicom-parser writes it; null for one that PS3.6 does not know. */
export function attributeRule(tag: string): AttributeRule | null {
  rules ??= readTable();
  return rules.get(tag) ?? null;
}

/** The tag and the usual representation of a keyword of PS3.6. @throws Error where there is none: a bug of the caller */
export function attributeTag(keyword: string): { tag: string; representation: string } {
  rules ??= readTable();
  const [tag, rule] = [...rules].find(([, { keyword: known }]) => known === keyword) ?? [];
  if (tag === undefined || rule === undefined) throw new Error(`${keyword} is no keyword of DICOM`);
  return { tag, representation: rule.representations[0] ?? 'UN' };
}
