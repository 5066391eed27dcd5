/** What the trail records; `subject` is an id in the table that the action is about. */
export type AuditAction =
  | 'analysis-recorded'
  | 'reading-recorded'
  | 'answer-revealed'
  | 'measurements-recorded'
  | 'trash-moved'
  | 'case-erased';

const caseOfSlice = `
  JOIN series ON series.id = s.series_id
  JOIN studies ON studies.id = series.study_id
  JOIN cases c ON c.id = studies.case_id`;

/**
 * For each action the salt and the facts of a subject, by its id. Named columns, so that columns of a later schema do
 * not change the digests of earlier entries. What was erased needs no salt: it is a list of numbers.
 */
export const auditFacts: Record<AuditAction, string> = {
  'analysis-recorded': `
    SELECT c.salt, c.identity, s.file_hash, s.frame, s.volume_plane, s.header, s.sample_type, s.pixel_hash,
      a.id, a.created_at, a.class, a.probabilities, a.class_set, a.plane, a.plane_source,
      a.plane_probability, a.model, a.model_fingerprint, a.provider, a.guard_score, a.guard_flagged,
      a.elapsed_ms, a.warnings,
      h.method, h.class, h.rows, h.columns, h.cells, h.maximum, h.is_empty, h.region
    FROM analyses a
    JOIN slices s ON s.id = a.slice_id ${caseOfSlice}
    LEFT JOIN heatmaps h ON h.analysis_id = a.id
    WHERE a.id = ?`,
  'reading-recorded': `
    SELECT c.salt, c.identity, s.file_hash, s.frame, s.volume_plane, s.pixel_hash, r.id, r.case_id, r.series_id,
      r.slice_id, r.scope, r.reader, r.version, r.corrects_id, r.created_at, r.finding, r.rejected_class,
      r.other_finding, r.confidence, r.text, r.is_blinded, r.is_withdrawn, r.analysis_id, r.agreement
    FROM readings r JOIN slices s ON s.id = r.slice_id ${caseOfSlice}
    WHERE r.id = ?`,
  'answer-revealed': `
    SELECT c.salt, c.identity, v.id, v.series_id, v.slice_id, v.reader, v.revealed_at
    FROM reveals v JOIN series ON series.id = v.series_id JOIN studies ON studies.id = series.study_id
    JOIN cases c ON c.id = studies.case_id
    WHERE v.id = ?`,
  'measurements-recorded': `
    SELECT c.salt, c.identity, s.file_hash, s.frame, s.volume_plane, s.pixel_hash, m.id, m.case_id, m.slice_id,
      m.version, m.created_at, m.reader, m.marks
    FROM measurements m JOIN slices s ON s.id = m.slice_id ${caseOfSlice}
    WHERE m.id = ?`,
  'trash-moved': `
    SELECT c.salt, c.identity, m.id, m.direction, m.happened_at
    FROM trash_moves m JOIN cases c ON c.id = m.case_id
    WHERE m.id = ?`,
  'case-erased': `
    SELECT x'', e.id, e.erased_at, (
      SELECT group_concat(action || ' ' || subject_id, ' ' ORDER BY action, subject_id)
      FROM erased_subjects WHERE erasure_id = e.id
    )
    FROM erasures e WHERE e.id = ?`,
};
