/** The codecs that `@cornerstonejs` builds with Emscripten; their packages declare no types. */
interface EmscriptenFrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
}

/** One decoding; it lives in the module's own memory until `delete`. */
interface EmscriptenDecoder {
  /** Room for the encoded bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): EmscriptenFrameInfo;
  /** A view of the decoded samples, little endian, colour by pixel; valid until `delete`. */
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

/** `print` and `printErr` receive what the codec would write to the console. */
type EmscriptenFactory<DecoderName extends string> = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<Record<DecoderName, new () => EmscriptenDecoder>>;

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const create: EmscriptenFactory<'JpegLSDecoder'>;
  export default create;
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const create: EmscriptenFactory<'J2KDecoder'>;
  export default create;
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const create: EmscriptenFactory<'HTJ2KDecoder'>;
  export default create;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const create: EmscriptenFactory<'JPEGDecoder'>;
  export default create;
}
declare module 'jpeg-lossless-decoder-js' {
  /** Decodes lossless JPEG. */
  export class Decoder {
    decompress(buffer: ArrayBuffer, offset: number, length: number): ArrayBuffer;
  }
}
