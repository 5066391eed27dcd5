import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src-renderer',
  // Relative addresses, so that the same files serve app:// and the browser host.
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../build/renderer',
    emptyOutDir: true,
    target: 'chrome150',
    // The content security policy allows no inline data: scripts or fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: { input: ['src-renderer/index.html', 'src-renderer/crash.html'] },
  },
});
