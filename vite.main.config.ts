import { defineConfig } from 'vite';

/** The main side for Electron and the packaged command line: our own code bundled, every package outside. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'build/main',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        shell: 'src-main/shell/main.ts',
        bratum: 'src-main/command-line/main.ts',
        'inference-child': 'src-main/inference/child.ts',
        'training-worker': 'src-main/training/engines/onnx/worker.ts',
        'training-child': 'src-main/calls/training/child.ts',
        'training-probe': 'src-main/training/stepProbe/child.ts',
        'map-thread': 'src-main/datasets/map/mapThread.ts',
        'training-loader': 'src-main/training/pictures/loader.ts',
      },
      // Only a source checkout can build; the built files never ask for it.
      external: ['electron', /\/build\.ts$/],
      // All files side by side, as deep as a folder of src-main, so that addresses relative to a file hold.
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
