import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

const arrayTypes = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;

/** Extension types 1… stand for the typed arrays above; Uint8Array is MessagePack's own `bin`. */
const extensionCodec = new ExtensionCodec();

arrayTypes.forEach((ArrayType, index) => {
  extensionCodec.register({
    type: index + 1,
    encode: (value) =>
      value instanceof ArrayType ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
    // A copy, because a typed array needs an offset that is a multiple of its element size;
    // not by `slice`, which is a mere view where Node hands us a Buffer.
    decode: (bytes) => new ArrayType(new Uint8Array(bytes).buffer),
  });
});

/** One message of the browser host's WebSocket as bytes; typed arrays keep their type. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { extensionCodec, ignoreUndefined: true });
}

/** The message in the bytes. @throws RangeError or DecodeError on anything that is not one MessagePack value */
export function decodeMessage(bytes: Uint8Array): unknown {
  return decode(bytes, {
    extensionCodec,
    maxStrLength: 1 << 20,
    maxArrayLength: 1 << 20,
    maxMapLength: 1 << 16,
  });
}
