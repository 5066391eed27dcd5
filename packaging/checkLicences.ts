/** `node packaging/checkLicences.ts`: fails on a package whose licence we may not ship, or not build with. */
import { installedComponents, shippedPart } from './components.ts';
import { objectionTo } from './licences.ts';

/** Bundled into the page although `package.json` lists it for development; the package's check finds others. */
const bundled = ['svelte'];

const bill = await installedComponents();
const shipped = new Set(shippedPart(bill, bundled).components.map((one) => one['bom-ref']));
const objections = bill.components
  .map((component) => objectionTo(component, shipped.has(component['bom-ref'])))
  .filter((objection) => objection !== null);
for (const objection of objections) console.log(objection);
console.log(`${bill.components.length} packages, ${shipped.size} of them shipped`);
process.exitCode = objections.length === 0 ? 0 : 1;
