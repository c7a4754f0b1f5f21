import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// What every page is made of is one file, so that a page is one or two more. Pages that are made alike are one file
// together: packed, they are a quarter smaller so.
const groups = [
  { name: 'shared', test: /node_modules|src\/(ui\/|api\/|(?!main)[^/]+$)/ },
  { name: 'pictures', test: /src\/(images\/(?!Collect|Move|Tiles|written)|upload\/Pick)/ },
  { name: 'places', test: /src\/(pages\/(Constellation|constellation|Collection|Share|Tag)|shares\/|images\/Tiles)/ },
  { name: 'firmware', test: /src\/pages\/[Ff]irmware/ },
];

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
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  server: { proxy: { '^/(?!console/)': 'http://127.0.0.1:8080' } },
});
