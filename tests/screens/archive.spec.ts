import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DicomWebServer } from '../support/DicomWebServer.ts';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

// Long walks; the page may have to be built first.
test.describe.configure({ timeout: 300_000 });

const slices = 3;
let archive: DicomWebServer;

test.beforeEach(async () => {
  const files = Array.from({ length: slices }, (_, index) =>
    Uint8Array.from(
      writeDicom({
        ...{ patientName: 'Miller^Ann', patientId: 'P-17', studyDate: '20260301' },
        ...{ seriesDescription: 'AX T1', instanceNumber: index + 1, rows: 64, columns: 64 },
        samples: drawHead(64, 64, index + 1),
      }),
    ),
  );
  archive = await DicomWebServer.start(files);
});

test.afterEach(async () => {
  await archive.close();
});

test('a study is found, pulled, analysed, and its result sent back; by keyboard, with words for every state', async ({
  read,
  page,
  dataFolder,
}) => {
  await page.getByRole('button', { name: 'From PACS…' }).press('Enter');
  await expect(page.getByText(/No archive is known yet/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add an archive…' }).press('Enter');
  const settings = page.getByRole('dialog', { name: 'Settings' });
  await settings.getByRole('button', { name: 'Add an archive…' }).press('Enter');
  const form = settings.getByRole('form', { name: 'An archive' });
  await form.getByLabel('Name').fill('clinic');
  await form.getByLabel('Address').fill(archive.address);
  await form.getByLabel('User').fill(archive.user);
  await form.getByLabel('Password').fill('wrong');
  await expect(
    form.getByText(/no system keychain: it is kept in a file that only you may read/),
  ).toBeVisible();
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await settings.getByRole('button', { name: 'Test clinic' }).press('Enter');
  await expect(settings.getByText(/clinic wants to know who asks/)).toBeVisible();
  await settings.getByRole('button', { name: 'Change clinic' }).press('Enter');
  await form.getByLabel('User').fill(archive.user);
  await form.getByLabel('Password').fill(archive.password);
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await settings.getByRole('button', { name: 'Test clinic' }).press('Enter');
  await expect(settings.getByText(/clinic answers/)).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByLabel('Patient’s name').fill('mill');
  await page.getByLabel('Study from').fill('2026-01-01');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 study', { exact: true })).toBeVisible();
  expect(archive.asked.at(-1)).toContain('PatientName=*mill*');
  expect(archive.asked.at(-1)).toContain('StudyDate=20260101-');
  await page.getByRole('button', { name: /Miller, Ann.*P-17.*1 Mar 2026.*3 pictures/ }).press('Enter');
  const pull = page.getByRole('button', { name: 'Pull 1 series and open' });
  await page.getByRole('checkbox', { name: /AX T1/ }).press('Space');
  await expect(page.getByRole('button', { name: 'Pull 0 series and open' })).toBeDisabled();
  await page.getByRole('checkbox', { name: /AX T1/ }).press('Space');
  await expectAccessible(page);

  archive.isHeld = true;
  await pull.press('Enter');
  await expect(page.getByText('0 of 3 pictures pulled')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(pull).toBeEnabled();
  archive.isHeld = false;
  await pull.press('Enter');
  await read.expectAnswered(2, slices);

  await page.getByRole('button', { name: 'Analyse and send result' }).press('Enter');
  await expect(page.getByText(`${slices + 1} objects stored in clinic`)).toBeVisible();
  const sent = [...archive.stored.values()].slice(slices);
  expect(sent.map(({ modality }) => modality)).toEqual([...Array<string>(slices).fill('MR'), 'SR']);
  expect(new Set(sent.map(({ patientId, studyDate }) => `${patientId} ${studyDate}`))).toEqual(
    new Set(['P-17 20260301']),
  );
  await expect(read.answeredSlices()).toHaveCount(slices);
  await page.getByRole('button', { name: 'Send result', exact: true }).press('Enter');
  await expect(page.getByText('clinic has this result already')).toBeVisible();
  expect(archive.stored.size).toBe(2 * slices + 1);

  // Nothing of the patient, or of what was looked for, is in the log.
  const logs = join(dataFolder, 'logs');
  for (const name of await readdir(logs)) {
    const text = await readFile(join(logs, name), 'utf8');
    expect(text).toContain('opened');
    expect(text).not.toMatch(/mill|P-17|not-a-secret/i);
  }
});
