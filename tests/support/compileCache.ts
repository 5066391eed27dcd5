import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Node keeps compiled modules for the commands and children that tests start; see `module.enableCompileCache`. */
export const compileCache = join(tmpdir(), 'bratum-compile-cache');
