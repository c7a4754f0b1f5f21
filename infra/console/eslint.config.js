import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['src/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      'no-console': 'error',
      'no-undef': 'off', // TypeScript knows better
      'svelte/no-at-html-tags': 'error', // what users wrote is text
      'svelte/no-navigation-without-resolve': 'off', // a rule of SvelteKit
    },
  },
);
