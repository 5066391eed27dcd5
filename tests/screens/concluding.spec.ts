import { brainFile, realCt } from './brainSeries.ts';
import { colourfulness, middleOf } from './pixels.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

test('the panel says what the other model says, and why this one answered', async ({ read, page }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await expect(read.agreement).toHaveText(
    /^(Both say .*: Axial .*%, All planes .*%|The models disagree: Axial says)/,
  );
  await expect(read.answer).toContainText('for axial slices');
  await expect(read.answer).toContainText('from the file’s orientation');
  await expect(page.getByTestId('class-set')).toContainText(
    /^At 90% coverage: .*On test pictures [\d.]+% of such sets were right\.$/,
  );
});

test('of a picture that the models do not know, the panel says so instead of a coverage', async ({
  read,
  page,
}) => {
  await read.openFiles(realCt);
  await read.expectAnswered(1, 1);
  await expect(page.getByTestId('doubt')).toHaveText(/^Do not use the answer/);
  await expect(page.getByTestId('class-set')).toHaveCount(0);
  await expect(read.answer.getByText('Not an MR picture').first()).toBeVisible();
  await expect(read.answer).toContainText('The file says its modality is CT; the models know only MR.');
  // In a small window the list lies below the fold: that there are warnings does not, and leads there.
  await page.setViewportSize({ width: 1024, height: 700 });
  for (const part of [read.answer.getByTestId('answer-class'), page.getByTestId('doubt')])
    await expect(part).toBeInViewport();
  await page.getByRole('button', { name: /^Not an MR picture/ }).click();
  await expect(page.getByRole('heading', { name: 'Before you believe it' })).toBeInViewport();
});

test('agree and disagree are one key each; corrections are versions; undo takes them back', async ({
  read,
  page,
}) => {
  await read.openFiles([brainFile(11), brainFile(12)]);
  await read.expectAnswered(1, 2);
  await read.press('y');
  await expect(read.standingReading).toContainText('version 1');
  await expect(page.getByRole('button', { name: 'Agree', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await read.press('n');
  await expect(read.standingReading).toContainText(/^Not .*version 2/);

  await read.press('q');
  await expect(page.getByRole('radio', { name: 'Glioma' })).toBeFocused();
  await page.getByRole('radio', { name: 'Other finding' }).press('Space');
  await page.getByRole('textbox', { name: 'Other finding' }).fill('Abscess');
  await page.getByRole('textbox', { name: 'Remarks' }).fill('Thin wall.');
  // What was begun is still there after a look at another slice.
  await page.getByRole('application').focus();
  await read.press('ArrowDown');
  await expect(page.getByRole('textbox', { name: 'Remarks' })).toHaveValue('');
  await read.press('ArrowUp');
  await expect(page.getByRole('textbox', { name: 'Remarks' })).toHaveValue('Thin wall.');
  await page.getByRole('textbox', { name: 'Remarks' }).press('Control+Enter');
  await expect(read.standingReading).toContainText(/^Abscess.*version 3/);

  await page.getByText('History, 3 versions').click();
  await expect(read.answer.getByRole('listitem').filter({ hasText: 'Version 1' })).toContainText(
    'agrees with the model',
  );
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(read.standingReading).toContainText(/^Not .*version 4/);
  await expectAccessible(page);
});

test('blinded: read first, then the answer; a restart finds the reading', async ({
  read,
  cases,
  page,
  workstation,
}) => {
  test.setTimeout(240_000);
  await expect(page.getByText('Open a scan')).toBeVisible();
  await read.openFiles([brainFile(10), brainFile(11), brainFile(12)]);
  await read.expectAnswered(2, 3);
  await page.getByRole('button', { name: 'Blinded' }).click();
  await page.getByRole('application').focus();
  await read.press('ArrowDown');
  await expect(page.getByText('Hidden until read')).toBeVisible();
  await expect(read.slices.getByRole('option', { name: 'Slice 3, to be read blinded' })).toBeVisible();
  // What was seen before cannot be read blindly any more.
  await expect(read.slices.getByRole('option', { name: /^Slice 2, .*%$/ })).toBeVisible();
  // The answer is there by now, and nothing shows it.
  await expect(page.getByText('2 of 3 analysed')).toBeVisible();
  await expect(read.bars).toHaveAttribute('aria-busy', 'false');
  expect(await read.percentages()).toEqual([NaN, NaN, NaN, NaN]);
  expect(colourfulness(await middleOf(read.viewport))).toBeLessThan(0.5);
  await read.press('y', '.');
  await expect(read.standingReading).toHaveCount(0);
  await expect(read.position).toHaveText('Slice 3 of 3');

  await read.press('q');
  await page.getByRole('radio', { name: 'Meningioma' }).check();
  await page.getByRole('radio', { name: 'High' }).check();
  await page.getByRole('button', { name: 'Save and show' }).click();
  await expect(read.standingReading).toContainText(/^Meningioma.*read blinded/);
  await read.expectAnswered(3, 3);
  expect((await read.percentages()).reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 0);
  await expect
    .poll(async () => colourfulness(await middleOf(read.viewport)), { timeout: 60_000 })
    .toBeGreaterThan(1);

  await workstation.restart();
  await cases.show();
  await cases.rows().first().click();
  await cases.page.keyboard.press('Enter');
  // The two slices that were analysed; who reads blinded still does.
  await expect(read.position).toHaveText('Slice 1 of 2');
  await expect(page.getByText('Hidden until read')).toBeVisible();
  await read.press('ArrowDown');
  await expect(read.standingReading).toContainText(/^Meningioma.*read blinded/);
  await expect(read.bars).toHaveAttribute('aria-busy', 'false');
});
