/** The four classes, in the order of every logits vector. The data set's folder names are the identifiers. */
export const tumourClasses = ['glioma_tumor', 'meningioma_tumor', 'no_tumor', 'pituitary_tumor'] as const;

export type TumourClass = (typeof tumourClasses)[number];

/** One number for each class. */
export type ClassProbabilities = Record<TumourClass, number>;

/** The class with the largest value; the first of them on a tie. */
export function mostLikelyClass(probabilities: ClassProbabilities): TumourClass {
  return tumourClasses.reduce((best, candidate) =>
    probabilities[candidate] > probabilities[best] ? candidate : best,
  );
}

/** The classes as a person reads them. */
export const classLabels: Record<TumourClass, string> = {
  glioma_tumor: 'Glioma',
  meningioma_tumor: 'Meningioma',
  no_tumor: 'No tumour',
  pituitary_tumor: 'Pituitary tumour',
};
