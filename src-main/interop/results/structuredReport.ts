import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import type { DicomInstance } from '../../images/dicom/readInstance.ts';
import type { AnalysedInstance, Making, ResultObject } from './AnalysedInstance.ts';
import { classCode, concepts, device, english, planeCodes, probabilityCode, procedureOf } from './codes.ts';
import { makingModules, researchNotice, studyModules } from './commonModules.ts';
import {
  codeItem,
  container,
  fractionItem,
  imageItem,
  textItem,
  uidItem,
  type ContentItem,
} from './contentItems.ts';
import { modelUid, reportUids, trackingUid } from './resultUids.ts';
import { writeObject } from './writeObject.ts';

const comprehensiveSrStorage = '1.2.840.10008.5.1.4.1.1.88.33';
const seriesNumber = 9002;

/**
 * One report on all analysed slices of a study: a Comprehensive SR after TID 1500 (PS3.16), with one group of TID 1501 for
 * each slice. A group names the class, the probabilities, the plane, the model that answered (TID 4019) and the instance;
 * it draws no conclusion about the patient. Unverified, as only a person verifies.
 *
 * @param analysed - at least one, all of one study
 */
export function structuredReport(analysed: readonly AnalysedInstance[], making: Making): ResultObject {
  const [first] = analysed;
  if (first === undefined) throw new RangeError('a report needs at least one analysis');
  const { instance } = first;
  const uids = reportUids(analysed);
  const root = container(concepts.report, reportItems(analysed), '1500');
  delete root['RelationshipType'];
  const bytes = writeObject({
    SOPClassUID: comprehensiveSrStorage,
    SOPInstanceUID: uids.instance,
    ...studyModules(instance),
    ...makingModules(making),
    Modality: 'SR',
    SeriesInstanceUID: uids.series,
    SeriesNumber: seriesNumber,
    SeriesDescription: `${researchNotice}: report`,
    ReferencedPerformedProcedureStepSequence: [],
    InstanceNumber: 1,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: evidence(analysed),
    ...root,
  });
  return {
    kind: 'structured-report',
    sopClassUid: comprehensiveSrStorage,
    sopInstanceUid: uids.instance,
    seriesInstanceUid: uids.series,
    studyInstanceUid: instance.studyInstanceUid,
    bytes,
  };
}

function reportItems(analysed: readonly AnalysedInstance[]): ContentItem[] {
  const models = new Map(analysed.map(({ model }) => [model.fingerprint, model]));
  const instances = [...instancesOf(analysed).values()];
  return [
    codeItem('HAS CONCEPT MOD', concepts.language, english),
    ...[...models.values()].flatMap((model) => [
      codeItem('HAS OBS CONTEXT', concepts.observerType, device),
      uidItem('HAS OBS CONTEXT', concepts.deviceObserverUid, modelUid(model.fingerprint)),
      textItem('HAS OBS CONTEXT', concepts.deviceObserverName, model.title),
      textItem('HAS OBS CONTEXT', concepts.deviceObserverManufacturer, 'BraTum Workstation'),
      textItem('HAS OBS CONTEXT', concepts.deviceObserverModelName, model.name),
    ]),
    codeItem(
      'HAS CONCEPT MOD',
      concepts.procedureReported,
      procedureOf(analysed[0]?.instance.modality ?? null),
    ),
    container(concepts.imageLibrary, [
      container(
        concepts.imageLibraryGroup,
        instances.map((instance) => imageItem(null, instance, null)),
      ),
    ]),
    container(concepts.imagingMeasurements, analysed.map(sliceGroup)),
  ];
}

/** TID 1501 for one slice. */
function sliceGroup(analysed: AnalysedInstance): ContentItem {
  const { instance, slice, analysis, model } = analysed;
  const position = slice.frame === null ? '' : `, frame ${slice.frame + 1}`;
  const warnings = analysis.warnings.map(({ message }) => message);
  const parameters = [
    `fingerprint=${model.fingerprint}`,
    `provider=${analysis.provider}`,
    `explanation=${analysis.heatmap?.method ?? 'none'}`,
  ];
  return container(
    concepts.measurementGroup,
    [
      textItem(
        'HAS OBS CONTEXT',
        concepts.trackingIdentifier,
        `Slice ${instance.instanceNumber ?? '?'}${position}`,
      ),
      uidItem('HAS OBS CONTEXT', concepts.trackingUid, trackingUid(analysed)),
      textItem('HAS CONCEPT MOD', concepts.algorithmName, model.name),
      textItem('HAS CONCEPT MOD', concepts.algorithmVersion, model.version),
      textItem('HAS CONCEPT MOD', concepts.algorithmParameters, parameters.join('; ')),
      codeItem('CONTAINS', concepts.finding, classCode(analysis.class)),
      ...tumourClasses.map((name) => fractionItem(probabilityCode(name), analysis.probabilities[name])),
      ...(analysis.plane === null ? [] : [codeItem('CONTAINS', concepts.plane, planeCodes[analysis.plane])]),
      imageItem(concepts.source, instance, slice.frame),
      ...[`${researchNotice}. Not a diagnosis.`, ...warnings].map((text) =>
        textItem('CONTAINS', concepts.comment, text),
      ),
    ],
    '1501',
  );
}

function instancesOf(analysed: readonly AnalysedInstance[]): Map<string, DicomInstance> {
  return new Map(analysed.map(({ instance }) => [instance.sopInstanceUid, instance]));
}

/** Every instance that the report refers to, by study and series (PS3.3 C.17.2.3). */
function evidence(analysed: readonly AnalysedInstance[]): object[] {
  const bySeries = Map.groupBy(instancesOf(analysed).values(), (one) => one.seriesInstanceUid);
  return [
    {
      StudyInstanceUID: analysed[0]?.instance.studyInstanceUid,
      ReferencedSeriesSequence: [...bySeries].map(([series, instances]) => ({
        SeriesInstanceUID: series,
        ReferencedSOPSequence: instances.map((instance) => ({
          ReferencedSOPClassUID: instance.sopClassUid,
          ReferencedSOPInstanceUID: instance.sopInstanceUid,
        })),
      })),
    },
  ];
}
