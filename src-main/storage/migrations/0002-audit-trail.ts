import type { Migration } from '../migrate.ts';

/** The append-only trail; `cases/AuditTrail.ts` says what its hashes are made of. */
export const auditTrail: Migration = {
  name: 'audit-trail',
  sql: `
    CREATE TABLE audit_trail (
      sequence INTEGER PRIMARY KEY,
      happened_at TEXT NOT NULL,
      action TEXT NOT NULL,
      subject_id INTEGER NOT NULL,
      digest BLOB NOT NULL,
      chain BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_trail_is_not_changed BEFORE UPDATE ON audit_trail
    BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
    CREATE TRIGGER audit_trail_is_not_shortened BEFORE DELETE ON audit_trail
    BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
  `,
};
