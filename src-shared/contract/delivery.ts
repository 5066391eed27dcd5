/**
 * A file that was made for the person at the screen. Where the host has dialogs it lies at the place that they chose;
 * elsewhere the page fetches it from `address`, once.
 */
export interface DeliveredFile {
  /** Base name. */
  name: string;
  bytes: number;
  /** Path on the page's own host; null where the file is at its place already. */
  address: string | null;
}
