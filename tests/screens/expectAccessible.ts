import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** No serious or critical finding of axe, anywhere on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // Legacy means without frames, of which we have none: otherwise the findings are put together in a page made for that.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const findings = grave.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join('; ')}`,
  );
  expect(findings).toEqual([]);
}
