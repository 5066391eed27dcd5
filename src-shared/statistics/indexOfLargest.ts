/** Place of the largest number, the first of equals: the class that logits answer. @throws RangeError for none */
export function indexOfLargest(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('there is no largest of no numbers');
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
