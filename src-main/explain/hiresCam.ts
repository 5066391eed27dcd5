import type { MapWeighting } from './core/classActivationMap.ts';

/**
 * HiResCAM: the gradient itself, cell by cell, instead of its mean.
 *
 *     L(i, j) = ReLU(Σ_k ∂S/∂A_k(i, j) · A_k(i, j))
 *
 * (Draelos and Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks",
 * arXiv:2011.08891, equation 4; ReLU as in Grad-CAM.) A cell gets what it truly contributes, where Grad-CAM's mean may
 * light up cells that the model did not use.
 *
 * @returns weights, [channel][row][column]
 */
export const hiresCamWeights: MapWeighting = ({ gradients }) => gradients;
