import type { DicomInstance } from '../../images/dicom/readInstance.ts';
import { noUnits, type Code } from './codes.ts';

/** One item of a report's tree (PS3.3 C.17.3). */
export type ContentItem = Record<string, unknown>;

/** How an item belongs to the one above it. */
export type Relationship = 'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD';

function item(relationship: Relationship, type: string, concept: Code, value: object): ContentItem {
  return {
    RelationshipType: relationship,
    ValueType: type,
    ConceptNameCodeSequence: [concept],
    ...value,
  };
}

/**
 * A heading with items below it.
 *
 * @param template - the number of the template in PS3.16 that the container follows
 */
export function container(concept: Code, items: readonly ContentItem[], template?: string): ContentItem {
  return item('CONTAINS', 'CONTAINER', concept, {
    ContinuityOfContent: 'SEPARATE',
    ...(template !== undefined && {
      ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: template }],
    }),
    ContentSequence: items,
  });
}

/** A text. */
export function textItem(relationship: Relationship, concept: Code, text: string): ContentItem {
  return item(relationship, 'TEXT', concept, { TextValue: text });
}

/** A coded answer to a coded question. */
export function codeItem(relationship: Relationship, concept: Code, value: Code): ContentItem {
  return item(relationship, 'CODE', concept, { ConceptCodeSequence: [value] });
}

/** A UID that names no object. */
export function uidItem(relationship: Relationship, concept: Code, uid: string): ContentItem {
  return item(relationship, 'UIDREF', concept, { UID: uid });
}

/** A share of one, to six digits. */
export function fractionItem(concept: Code, fraction: number): ContentItem {
  return item('CONTAINS', 'NUM', concept, {
    MeasuredValueSequence: [{ NumericValue: fraction.toFixed(6), MeasurementUnitsCodeSequence: [noUnits] }],
  });
}

/**
 * A reference to an image, or to one of its frames (0-based).
 *
 * @param concept - null in an image library, whose entries have no name
 */
export function imageItem(
  concept: Code | null,
  { sopClassUid, sopInstanceUid }: DicomInstance,
  frame: number | null,
): ContentItem {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'IMAGE',
    ...(concept !== null && { ConceptNameCodeSequence: [concept] }),
    ReferencedSOPSequence: [
      {
        ReferencedSOPClassUID: sopClassUid,
        ReferencedSOPInstanceUID: sopInstanceUid,
        ...(frame !== null && { ReferencedFrameNumber: frame + 1 }),
      },
    ],
  };
}
