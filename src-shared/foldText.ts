/** A text as it is compared and sorted where case and accents do not matter: "Müller" is "muller". */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
