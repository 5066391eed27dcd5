const texts: Record<string, string> = {
  accuracy: 'Accuracy',
  macroF1: 'Macro F1',
  loss: 'Loss',
  ece: 'Calibration error before the temperature',
  eceCalibrated: 'Calibration error',
  meningiomaAsNoTumor: 'Meningioma called healthy',
  coverage: 'Class sets that hold the true class',
  sameAnswersAsFloat32: 'Same answers as in float32',
  falseTumourRate: 'Healthy slices called a tumour',
  guardArea: 'Guard, area under ROC',
  guardFlagged: 'Guard, MR flagged',
  guardFlaggedHeads: 'Guard, healthy heads flagged',
};

/** A figure of a model card in words; a card from elsewhere may have figures of its own, which keep their names. */
export function metricText(name: string): string {
  return texts[name] ?? name;
}
