import { z } from 'zod';

/** Larger files are refused before they are read: a topology takes 200 kB, the largest weights 25 MB. */
export const topologyFileLimit = 8 * 2 ** 20;
export const weightsLimit = 64 * 2 ** 20;

/** The file that describes a LayersModel, beside its weights. */
export const topologyFileName = 'model.json';

const nodeSchema = z.tuple([z.string(), z.number(), z.number()]).rest(z.unknown());

/** One layer of a Keras model, as written by Keras and by TensorFlow.js. */
const layerSchema = z.object({
  class_name: z.string().max(100),
  config: z.record(z.string(), z.unknown()).and(z.object({ name: z.string().max(200) })),
  inbound_nodes: z.array(z.array(nodeSchema).max(8)).max(8).default([]),
});

const modelSchema = z.object({
  class_name: z.enum(['Model', 'Functional']),
  config: z.object({ layers: z.array(layerSchema).max(1000) }),
});

const tensorSchema = z.object({
  name: z.string().max(200),
  shape: z.array(z.int().min(1).max(1e6)).max(8),
  dtype: z.literal('float32'),
  quantization: z.undefined().optional(),
});

const groupSchema = z.object({
  paths: z.array(z.string().max(255)).max(1000),
  weights: z.array(tensorSchema).max(1000),
});

/** `model.json` of a LayersModel: a topology of Keras layers, and where the weights lie. */
export const layersModelSchema = z.object({
  // The converter from Keras puts the model a level deeper than TensorFlow.js does.
  modelTopology: z.union([
    modelSchema,
    z.object({ model_config: modelSchema }).transform(({ model_config }) => model_config),
  ]),
  weightsManifest: z.array(groupSchema).max(100),
});

/** A layer with its settings and the layers that it takes its input from. */
export type KerasLayer = z.infer<typeof layerSchema>;

/** A list of tensors whose values lie one after the other in the files, as if these were one. */
export type WeightGroup = z.infer<typeof groupSchema>;
