import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const typeAware = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  eqeqeq: 'error',
  'no-console': 'error',
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
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '.dependency-cruiser.cjs'] },
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { jsdoc },
    rules: typeAware,
  },
  {
    files: ['src-renderer/**'],
    languageOptions: {
      globals: { ...globals.browser },
      // The project service finds only files called tsconfig.json.
      parserOptions: { projectService: false, project: 'tsconfig.renderer.json' },
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // svelte-check carries the types of templates; these see `any` where the compiler sees a component.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
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
  { files: ['*.js', '.dependency-cruiser.cjs'], ...ts.configs.disableTypeChecked },
);
