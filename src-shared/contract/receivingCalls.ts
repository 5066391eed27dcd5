import { z } from 'zod';
import { aeTitle } from '../domain/aeTitle.ts';
import type { SourceHandle } from '../domain/collection.ts';
import type { Failure } from '../errors.ts';
import { call, nothing } from './callDefinition.ts';

const rule = z.string().trim().max(64);

/** How pictures are received over C-STORE while the application runs. */
export const receivingSchema = z.object({
  isOn: z.boolean(),
  port: z.number().int().min(1).max(65_535),
  aeTitle,
  /** Other machines get in; else this one alone. */
  isOnNetwork: z.boolean(),
  /** Titles that may send; empty: all. */
  allowedCallers: z.array(aeTitle).max(64),
  isTls: z.boolean(),
  /** Ours, as PEM; empty: none. Its key is kept with the credentials. */
  certificate: z.string().max(64 * 1024),
  /** What the rules want is analysed as it arrives. */
  isAnalysing: z.boolean(),
  rules: z.object({ modality: rule, bodyPart: rule, description: rule }),
  slicesPerDay: z.number().int().min(0).max(1e9),
  /** A series of which nothing came for so long is taken for whole. */
  quietSeconds: z.number().int().min(1).max(3600),
});

export type ReceivingSettings = z.infer<typeof receivingSchema>;

/** Of a first start: off, and MR alone would be analysed. */
export const defaultReceiving: ReceivingSettings = {
  isOn: false,
  port: 11_112,
  aeTitle: 'BRATUM',
  isOnNetwork: false,
  allowedCallers: [],
  isTls: false,
  certificate: '',
  isAnalysing: true,
  rules: { modality: 'MR', bodyPart: '', description: '' },
  slicesPerDay: 2000,
  quietSeconds: 15,
};

/** Pictures of one calendar day. */
export interface ArrivalCounts {
  received: number;
  analysed: number;
  /** Not analysed, since the day's quota would have been exceeded. */
  left: number;
  failed: number;
}

/** What the receiver does. */
export interface ReceivingStatus {
  settings: ReceivingSettings;
  /** There is a key for the certificate. */
  hasKey: boolean;
  /** What a sender has to be told, as `dimse://TITLE@HOST:PORT`; null where nothing listens. */
  address: string | null;
  /** Why nothing listens although it should; null where all is well. */
  failure: Failure | null;
  today: ArrivalCounts;
  /** Series that are not whole yet, or not analysed yet. */
  waiting: number;
  /** Something lies there to be opened. */
  hasPictures: boolean;
}

/** Calls about pictures that others send. */
export const receivingCalls = {
  /** @throws UserError 'pacs-list-damaged', 'store-…' */
  readReceiving: call<ReceivingStatus>()(nothing),
  /**
   * Puts settings to use and remembers them. What keeps it from listening is part of the status, and no failure of the call.
   *
   * @throws UserError 'invalid-input' where TLS is wanted without a certificate and its key
   */
  changeReceiving: call<ReceivingStatus>()(
    z.object({
      settings: receivingSchema,
      /** The certificate's key as PEM; null: keeps what is there. */
      key: z
        .string()
        .max(64 * 1024)
        .nullable()
        .default(null),
    }),
  ),
  /** Everything that was received and is still there, to be opened. @throws UserError 'pacs-nothing-there' */
  openReceived: call<{ source: { source: SourceHandle; name: string } }>()(nothing),
} as const;
