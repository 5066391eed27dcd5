import type { DeliveredFile } from '../../src-shared/contract/delivery.ts';

/**
 * Takes a delivered file to where the person wants it: the browser's downloads, unless the host has put it at its
 * place already.
 */
export function receiveFile({ name, address }: DeliveredFile): void {
  if (address === null) return;
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
