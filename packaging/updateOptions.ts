/**
 * What electron-builder is told of the update feed that `BRATUM_UPDATE_FEED` names; nothing where it names none, and then
 * the package never asks for updates.
 *
 * @throws Error for an address that is not https
 */
export function updateOptions({ BRATUM_UPDATE_FEED: feed }: NodeJS.ProcessEnv): string[] {
  if (feed === undefined || feed === '') return [];
  if (URL.parse(feed)?.protocol !== 'https:')
    throw new Error(
      'BRATUM_UPDATE_FEED must be an https address of a folder with the installers and their latest.yml.',
    );
  return ['-c.publish.provider=generic', `-c.publish.url=${feed}`];
}
