import { createHash } from 'node:crypto';
import type { Database, Statement } from '../storage/Database.ts';
import { auditFacts, type AuditAction } from './auditFacts.ts';

export interface AuditVerdict {
  entries: number;
  /** Sequence number of the first entry that does not agree with its predecessor or its subject. */
  firstBroken: number | null;
}

interface Entry {
  sequence: number;
  happened_at: string;
  action: AuditAction;
  subject_id: number;
  digest: Uint8Array;
  chain: Uint8Array;
}

type Fact = string | number | Uint8Array | null;

const startOfChain = new Uint8Array(32);

/**
 * The append-only record of what was stored.
 *
 *     digest = SHA-256(salt ‖ facts)
 *     chain  = SHA-256(previous chain ‖ sequence, time, action, subject ‖ digest)
 *
 * `facts` are the rows that the entry is about, as JSON; `salt` is 16 random bytes of their case. A later
 * change of a fact shows in its digest, a change of an entry in every chain value after it. The trail
 * itself holds no fact, and without the salt, which goes when a patient is erased, its digests say nothing
 * about anybody, while the chain can still be followed: an entry's subject may be missing only where an erasure, itself
 * an entry, lists it. (That the newest entries were cut off is not seen
 * from inside; a chain value noted elsewhere shows it.)
 */
export class AuditTrail {
  readonly #last: Statement<[], Pick<Entry, 'sequence' | 'chain'>>;
  readonly #insert: Statement<[Entry], never>;
  readonly #entries: Statement<[], Entry>;
  readonly #isErased: Statement<[action: AuditAction, subjectId: number], unknown>;
  readonly #facts: Record<AuditAction, Statement<[number], [salt: Uint8Array, ...facts: Fact[]]>>;

  constructor(database: Database) {
    this.#last = database.prepare('SELECT sequence, chain FROM audit_trail ORDER BY sequence DESC LIMIT 1');
    this.#insert = database.prepare(`
      INSERT INTO audit_trail (sequence, happened_at, action, subject_id, digest, chain)
      VALUES (@sequence, @happened_at, @action, @subject_id, @digest, @chain)`);
    this.#entries = database.prepare('SELECT * FROM audit_trail ORDER BY sequence');
    this.#isErased = database.prepare('SELECT 1 FROM erased_subjects WHERE action = ? AND subject_id = ?');
    const facts = (action: AuditAction) =>
      database.prepare<[number], [Uint8Array, ...Fact[]]>(auditFacts[action]).raw();
    this.#facts = {
      'analysis-recorded': facts('analysis-recorded'),
      'reading-recorded': facts('reading-recorded'),
      'answer-revealed': facts('answer-revealed'),
      'measurements-recorded': facts('measurements-recorded'),
      'trash-moved': facts('trash-moved'),
      'case-erased': facts('case-erased'),
    };
  }

  /** Adds an entry; part of the transaction that stores its subject. */
  append(action: AuditAction, subjectId: number, happenedAt: string): void {
    const digest = this.#digest(action, subjectId);
    if (digest === null) throw new Error(`there is nothing of number ${subjectId} for ${action}`);
    const last = this.#last.get();
    const entry = {
      sequence: (last?.sequence ?? 0) + 1,
      happened_at: happenedAt,
      action,
      subject_id: subjectId,
      digest,
    };
    this.#insert.run({ ...entry, chain: chainValue(last?.chain ?? startOfChain, entry) });
  }

  /** Follows the whole chain, and compares every subject that is still there with its digest. */
  verify(): AuditVerdict {
    let previous: Uint8Array = startOfChain;
    let entries = 0;
    for (const entry of this.#entries.iterate()) {
      entries++;
      const isWhole = entry.sequence === entries && isEqual(entry.chain, chainValue(previous, entry));
      if (!isWhole || !this.#agrees(entry)) return { entries, firstBroken: entry.sequence };
      previous = entry.chain;
    }
    return { entries, firstBroken: null };
  }

  #agrees({ action, subject_id: subjectId, digest }: Entry): boolean {
    const found = this.#digest(action, subjectId);
    return found === null ? this.#isErased.get(action, subjectId) !== undefined : isEqual(digest, found);
  }

  /** Null where the subject is not there. */
  #digest(action: AuditAction, subjectId: number): Uint8Array | null {
    const row = this.#facts[action].get(subjectId);
    if (row === undefined) return null;
    const [salt, ...facts] = row;
    const text = JSON.stringify(facts.map((fact) => (fact instanceof Uint8Array ? hex(fact) : fact)));
    return createHash('sha256').update(salt).update(text).digest();
  }
}

function chainValue(previous: Uint8Array, entry: Omit<Entry, 'chain'>): Uint8Array {
  const { sequence, happened_at: happenedAt, action, subject_id: subjectId, digest } = entry;
  const text = JSON.stringify([sequence, happenedAt, action, subjectId]);
  return createHash('sha256').update(previous).update(text).update(digest).digest();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
