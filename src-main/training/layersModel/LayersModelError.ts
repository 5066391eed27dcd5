/** A LayersModel that contradicts itself or its files; `message` is the reason in words. */
export class LayersModelError extends Error {}
