import type { AcquisitionParameters } from '../../../src-shared/domain/slice.ts';
import type { ElementReader } from './ElementReader.ts';

/** How a slice was acquired (DICOM PS3.3 C.8.3.1 for MR, C.8.2.1 for CT); what scanners write as 0 says nothing. */
export function readAcquisition(elements: ElementReader): AcquisitionParameters {
  return {
    repetitionTimeMs: elements.number('repetitionTime') || null,
    echoTimeMs: elements.number('echoTime') || null,
    inversionTimeMs: elements.number('inversionTime') || null,
    flipAngleDegrees: elements.number('flipAngle') || null,
    magneticFieldStrengthT: elements.number('magneticFieldStrength') || null,
    peakVoltageKv: elements.number('kvp') || null,
  };
}
