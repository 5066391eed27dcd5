/** Runs the built shell in plain Node, with the double in Electron's place: as the package's executable would run it. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const double = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
});
const { app } = await import('./electron.ts');
app.on('double:exited', (code: number) => process.exit(code));
await import(pathToFileURL(process.env['BRATUM_TEST_SHELL']!).href);
