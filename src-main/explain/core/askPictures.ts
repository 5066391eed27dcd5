import type { GradientResult, InferenceResult } from '../../../src-shared/domain/inference.ts';
import { mapInOrder } from '../../../src-shared/inOrder.ts';
import type { Question } from './Question.ts';

/** Pictures in one request: few enough that cancelling is quick and that two processes share the work. */
const picturesPerRequest = 16;

/** Requests under way. */
const requestsAtOnce = 2;

/** A picture that is made of the one in question, grey 0…255, [row][column]. */
type MakePicture = (index: number) => Float32Array;

/**
 * Runs the model over made pictures, in requests of 16, and hands each answer over in order.
 *
 * @param onAnswer - gets the logits of a picture, and its last maps where they are wanted
 * @throws UserError 'cancelled', or what a run throws
 */
export async function askPictures(
  { tools: { model, provider, inference, signal } }: Question,
  count: number,
  make: MakePicture,
  {
    wantsFeatures = false,
    onAnswer,
  }: {
    wantsFeatures?: boolean;
    onAnswer: (index: number, logits: Float32Array, features: Float32Array | null) => void;
  },
): Promise<void> {
  const run = async (piece: Piece): Promise<{ piece: Piece; result: InferenceResult }> => {
    const inputs = joined(piece, make);
    const request = { model, provider, inputs, count: piece.count, wantsFeatures };
    return { piece, result: await inference.run(request, signal) };
  };
  for await (const { piece, result } of mapInOrder(piecesOf(count), requestsAtOnce, run)) {
    for (let i = 0; i < piece.count; i++) {
      const features = result.features && partOf(result.features, i, piece.count);
      onAnswer(piece.first + i, partOf(result.logits, i, piece.count), features);
    }
  }
}

/**
 * The gradient of the question's score for made pictures, in requests of 16, handed over in order.
 *
 * @param of - activations inside the network by name, or the picture itself
 * @param onAnswer - gets a picture's gradients
 * @throws UserError 'cancelled', or what a run throws
 */
export async function askGradients(
  { tools: { model, inference, signal }, logitWeights }: Question,
  count: number,
  make: MakePicture,
  {
    of,
    onAnswer,
  }: {
    of: readonly string[] | 'image';
    onAnswer: (index: number, gradient: GradientOfPicture) => void;
  },
): Promise<void> {
  const wanted = { activations: of === 'image' ? [] : of, wantsImage: of === 'image' };
  const run = async (piece: Piece): Promise<{ piece: Piece; result: GradientResult }> => {
    const inputs = joined(piece, make);
    const request = { model, inputs, count: piece.count, logitWeights, ...wanted };
    return { piece, result: await inference.gradients(request, signal) };
  };
  for await (const { piece, result } of mapInOrder(piecesOf(count), requestsAtOnce, run)) {
    for (let i = 0; i < piece.count; i++) {
      onAnswer(piece.first + i, {
        maps: result.maps.map(({ activations, gradients }) => ({
          activations: partOf(activations, i, piece.count),
          gradients: partOf(gradients, i, piece.count),
        })),
        image: partOf(result.image, i, piece.count),
      });
    }
  }
}

/** One picture's share of a `GradientResult`. */
export type GradientOfPicture = Pick<GradientResult, 'maps' | 'image'>;

interface Piece {
  first: number;
  count: number;
}

function piecesOf(count: number): Piece[] {
  return Array.from({ length: Math.ceil(count / picturesPerRequest) }, (_, piece) => {
    const first = piece * picturesPerRequest;
    return { first, count: Math.min(picturesPerRequest, count - first) };
  });
}

function joined({ first, count }: Piece, make: MakePicture): Float32Array<ArrayBuffer> {
  const pictures = Array.from({ length: count }, (_, i) => make(first + i));
  const whole = new Float32Array(count * pictures[0]!.length);
  pictures.forEach((picture, i) => whole.set(picture, i * picture.length));
  return whole;
}

function partOf(values: Float32Array<ArrayBuffer>, index: number, count: number): Float32Array<ArrayBuffer> {
  const length = values.length / count;
  return values.subarray(index * length, (index + 1) * length);
}
