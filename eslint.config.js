import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { importPath } from './test/tooling/importPath.js';
import { ownLookup } from './test/tooling/ownLookup.js';

const netloom = { rules: { 'import-path': importPath, 'own-lookup': ownLookup } };

/** Imports that belong to one folder, which wraps them for the rest of the product. */
const WRAPPED = {
  electron:
    'Only src-main/electron, src-main/preload and the Electron starter may import electron.',
  'node:sqlite':
    'Only src-main/services/runs, queue, sweeps, datasets and stateDatabase.ts may speak SQL.',
  papaparse: 'Only src-engine/datasets may parse CSV.',
  elkjs: 'Only src-renderer/canvas lays graphs out.',
  katex: 'Only src-renderer/ui renders formulas.',
  'onnxruntime-web': 'Only src-main/exportProcess runs ONNX files.',
  sharp: 'Only src-main/dataProcess/pictures decodes pictures.',
  '@bufbuild/protobuf': 'Only src-engine/export speaks protobuf and base64.',
};
const restrict = (...names) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: names.map((name) => ({ name, message: WRAPPED[name] })),
    },
  ],
});

/** What was thrown is told by src-engine/ir/errors.ts alone. */
const THROWN = {
  selector: "ConditionalExpression > BinaryExpression[operator='instanceof'][right.name='Error']",
  message: 'Take errorMessage, errorStack or asError from ir/errors.ts.',
};

export default tseslint.config(
  {
    ignores: [
      'src-engine/export/onnx/schema',
      'out',
      'node_modules',
      'coverage',
      '.cache',
      'playwright-report',
      'test-results',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'src-engine/tsconfig.json',
          'src-main/tsconfig.json',
          'src-player/tsconfig.json',
          'src-renderer/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      ...restrict(...Object.keys(WRAPPED)),
    },
  },
  {
    files: ['src-main/electron/**', 'src-main/preload/**', 'src-main/engineProcess/electron*.ts'],
    rules: restrict('node:sqlite', 'papaparse', 'elkjs', 'katex'),
  },
  {
    files: [
      'src-main/services/runs*/**',
      'src-main/services/stateDatabase.ts',
      'src-main/services/datasets/**',
      'src-main/services/queue/**',
      'src-main/services/sweeps/**',
    ],
    rules: restrict('electron', 'papaparse'),
  },
  { files: ['src-engine/datasets/**'], rules: restrict('electron', 'node:sqlite') },
  { files: ['src-engine/export/**'], rules: restrict('electron', 'node:sqlite') },
  {
    files: ['src-main/dataProcess/pictures/**'],
    rules: restrict('electron', 'node:sqlite', 'papaparse'),
  },
  { files: ['src-main/exportProcess/**'], rules: restrict('electron', 'node:sqlite') },
  { files: ['src-renderer/canvas/**'], rules: restrict('electron', 'katex') },
  { files: ['src-renderer/ui/**'], rules: restrict('electron', 'elkjs') },
  {
    files: ['src-*/**/*.ts', 'src-*/**/*.tsx'],
    plugins: { netloom },
    rules: { 'netloom/import-path': 'error' },
  },
  {
    // The palette lists by category and looks go by it; what a layer is to a program is its role.
    files: ['src-*/**/*.ts', 'src-*/**/*.tsx'],
    ignores: [
      'src-engine/layers/index.ts',
      'src-engine/drawing/layerIcons.ts',
      'src-engine/drawing/theme.ts',
      'src-renderer/palette/**',
      'src-renderer/ui/layerLook.tsx',
      'src-renderer/charts/colors.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        THROWN,
        ...[
          "MemberExpression[property.name='category']",
          "ObjectPattern > Property[key.name='category']",
        ].map((selector) => ({
          selector,
          message: "A layer's category is where the palette has it; ask for its role.",
        })),
      ],
    },
  },
  { files: ['src-engine/ir/errors.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['src-renderer/**/*.tsx', 'src-renderer/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
  {
    files: ['src-*/**/*.ts', 'src-*/**/*.tsx'],
    // Of a platform, not of outside: what the asking is for.
    ignores: ['src-engine/ir/record.ts'],
    plugins: { netloom },
    rules: { 'netloom/own-lookup': 'error' },
  },
  {
    files: ['test/**'],
    rules: {
      'no-console': 'off',
      'no-restricted-imports': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
