import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Everything that the page loads has a hash in its name. No file is written into another: the policy of the page allows
// no inline script or style.
export default defineConfig({
  base: '/console/',
  plugins: [svelte()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What every page is made of is one file, so that a page is one more.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', test: /node_modules|src\/(ui|api)\// }] } } },
  },
  server: { proxy: { '^/(?!console/)': 'http://127.0.0.1:8080' } },
});
