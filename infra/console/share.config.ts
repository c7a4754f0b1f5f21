import { defineConfig } from 'vite';

// The script of the page of a share: one file under one name, beside what the console's own build has made. It shares no
// file with the console, whose smallest one weighs more than all of it.
export default defineConfig({
  build: {
    target: 'es2022',
    emptyOutDir: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { input: 'src/share/main.ts', output: { entryFileNames: 'share.js', codeSplitting: false } },
  },
});
