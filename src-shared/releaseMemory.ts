/**
 * Gives back the memory of an array that nobody will read again; of a view of something larger it does nothing.
 *
 * Decoded pixels lie outside of V8's heap, but count: after a few pictures it marks all that is alive, just to find that
 * they are gone. Given back at once they cost nothing.
 */
export function releaseMemory(values: ArrayBufferView): void {
  const { buffer } = values;
  if (buffer instanceof ArrayBuffer && values.byteLength === buffer.byteLength) buffer.transfer(0);
}
