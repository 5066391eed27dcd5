/** What a backup says of itself. */
export interface BackupSummary {
  createdAt: string;
  /** Of the program that wrote it. */
  applicationVersion: string;
  /** Version of the store's schema. */
  storeVersion: number;
  cases: number;
  analyses: number;
  /** Pictures, each kept once however many slices show it. */
  pictures: number;
}
