/** Where the moment of the last stop is kept across a start of the page. */
const stoppedAtKey = 'bratum-stopped-at';

/** A page that stops again within this time after a start would go on stopping. */
const patienceMs = 30_000;

/**
 * Starts a page that stopped anew; one that stops twice within 30 seconds gives way to `crash.html`, which says so. In
 * Electron the shell hears of the address and loads it, since a page may not leave itself.
 *
 * @param view - the window of the page
 * @param nowMs - milliseconds since 1970, which outlive the page
 */
export function restartPage(view: Pick<Window, 'sessionStorage' | 'location'>, nowMs: number): void {
  const stoppedAtMs = Number(view.sessionStorage.getItem(stoppedAtKey) ?? -Infinity);
  view.sessionStorage.setItem(stoppedAtKey, String(nowMs));
  const stopsAgain = Math.abs(nowMs - stoppedAtMs) < patienceMs;
  view.location.assign(stopsAgain ? './crash.html' : './');
}
