import { createRequire } from 'node:module';
import type * as tensorFlowCore from '@tensorflow/tfjs-core';
import type * as tensorFlowLayers from '@tensorflow/tfjs-layers';

/** TensorFlow.js as the project uses it. */
export interface TensorFlow {
  /** Tensors, operators and gradients. */
  core: typeof tensorFlowCore;
  /** Keras-like layers and models. */
  layers: typeof tensorFlowLayers;
  /** `tensorflow`: the native library of tfjs-node; `cpu`: plain JavaScript. */
  backend: 'tensorflow' | 'cpu';
}

/** An optional dependency: its installer fetches the native library from outside the registry, and often cannot. */
const nativePackage = '@tensorflow/tfjs-node';

let loading: Promise<TensorFlow> | undefined;

/**
 * Loads TensorFlow.js with its fastest backend: `@tensorflow/tfjs-node` where its native library is there, else plain
 * JavaScript. The first call loads, so that only those who use it pay; it prints nothing.
 *
 * @param isNativeWanted - false for plain JavaScript; only the first call in a process has the choice
 */
export function loadTensorFlow({ isNativeWanted = true } = {}): Promise<TensorFlow> {
  loading ??= load(isNativeWanted);
  return loading;
}

async function load(isNativeWanted: boolean): Promise<TensorFlow> {
  const core = await import('@tensorflow/tfjs-core');
  // Silences the advice to install tfjs-node, and checks that only help when developing operators.
  core.enableProdMode();
  const isNative = isNativeWanted && (await isNativeLoaded());
  if (!isNative) await import('@tensorflow/tfjs-backend-cpu');
  const backend = isNative ? 'tensorflow' : 'cpu';
  await core.setBackend(backend);
  await core.ready();
  return { core, layers: await import('@tensorflow/tfjs-layers'), backend };
}

/** Any failure means the same: no native library for this machine, and plain JavaScript serves. */
async function isNativeLoaded(): Promise<boolean> {
  try {
    mendUtilities(createRequire(import.meta.url)('node:util') as Record<string, unknown>);
    await import(nativePackage);
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives `node:util` back two functions that Node 23 removed and tfjs-node 4.22 still calls (its repair is merged, not
 * released). Look again with its next release.
 */
export function mendUtilities(utilities: Record<string, unknown>): void {
  utilities['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  utilities['isArray'] ??= Array.isArray;
}
