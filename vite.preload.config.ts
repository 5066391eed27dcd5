import { defineConfig } from 'vite';

/** The preload alone: a sandboxed one must be a single CommonJS file. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'build/preload',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: { preload: 'src-main/preload/preload.ts' },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
});
