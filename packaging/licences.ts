import satisfies from 'spdx-satisfies';
import type { Component } from './components.ts';

/** May be shipped: they ask for their text, nothing else. */
const shippable = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'Zlib', 'CC0-1.0'];

/** May build and test, since nothing of them leaves the house. */
const atHome = [...shippable, 'MPL-2.0', 'BlueOak-1.0.0', 'Python-2.0', 'CC-BY-3.0', 'WTFPL'];

/** Packages whose `package.json` says nothing; read in the named file of the package. */
const stated: Record<string, { licence: string; file: string }> = {
  'dejavu-fonts-ttf': { licence: 'Bitstream-Vera', file: 'LICENSE' },
  'png-js': { licence: 'MIT', file: 'LICENSE' },
};

/** Licences that ask for more, package by package, with the reason why they may ship. */
const exceptions: { name: RegExp; licence: string; reason: string }[] = [
  {
    name: /^@img\/sharp-libvips-/,
    licence: 'LGPL-3.0-or-later',
    reason: 'a shared library that lies unpacked in its own file and may be replaced',
  },
  {
    name: /^dejavu-fonts-ttf$/,
    licence: 'Bitstream-Vera',
    reason: 'a font licence: may be bundled with software, not sold by itself',
  },
  {
    name: /^(graceful-fs|sax)$/,
    licence: 'BlueOak-1.0.0',
    reason: 'permissive; asks for its text, which lies among the notices',
  },
  {
    name: /^argparse$/,
    licence: 'Python-2.0',
    reason: 'permissive; asks for its text and copyright, which lie among the notices',
  },
];

/** A component's licence as an SPDX expression; null where nobody knows it. */
export function licenceOf({ name, licenses }: Component): string | null {
  const [first] = licenses ?? [];
  if (first === undefined) return stated[name]?.licence ?? null;
  return 'expression' in first ? first.expression : (first.license.id ?? null);
}

/** Why a package may not be used, or null. */
export function objectionTo(component: Component, isShipped: boolean): string | null {
  const licence = licenceOf(component);
  const title = `${component.name} ${component.version}`;
  if (licence === null) return `${title} names no licence`;
  if (exceptions.some((one) => one.name.test(component.name) && one.licence === licence)) return null;
  if (satisfies(licence, isShipped ? shippable : atHome)) return null;
  return `${title} is under ${licence}, which may not ${isShipped ? 'be shipped' : 'be used to build'}`;
}
