import { z } from 'zod';

/** An application entity's title: 16 characters of the default repertoire (PS3.5 6.2). */
export const aeTitle = z.string().regex(/^[\x21-\x5b\x5d-\x7e]{1,16}$/);
