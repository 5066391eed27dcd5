import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const rules = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  eqeqeq: 'error',
  'no-console': 'error',
};

/** Rules that need types, for components only: those of `.ts` files are oxlint's (`.oxlintrc.json`). */
const typeAware = {
  ...ts.configs.recommendedTypeCheckedOnly.find(
    ({ name }) => name === 'typescript-eslint/recommended-type-checked-only',
  ).rules,
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // svelte-check carries the types of templates; these see `any` where the compiler sees a component.
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
};

const publicDocstrings = {
  'jsdoc/require-jsdoc': [
    'error',
    {
      publicOnly: { ancestorsOnly: true },
      require: { FunctionDeclaration: true, ClassDeclaration: true, ArrowFunctionExpression: true },
      enableFixer: false,
    },
  ],
};

export default ts.config(
  { ignores: ['node_modules/', 'build/', 'release/', 'demo-output/', 'test-results/', '.work/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node } }, plugins: { jsdoc }, rules },
  { files: ['src-renderer/**'], languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ['**/*.svelte'],
    languageOptions: {
      parserOptions: { project: 'tsconfig.renderer.json', extraFileExtensions: ['.svelte'] },
    },
    rules: typeAware,
  },
  {
    files: ['src-main/**/*.ts', 'src-shared/**/*.ts', 'src-renderer/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: publicDocstrings,
  },
  {
    files: ['src-main/command-line/**', 'tests/**', 'packaging/**', 'src-main/start.ts'],
    rules: { 'no-console': 'off' },
  },
);
