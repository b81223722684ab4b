import { defineConfig, type OxlintConfig } from 'oxlint';
import { PLAIN_JAVASCRIPT, RECOMMENDED, TYPESCRIPT } from './test/tooling/lint/rules.ts';

type Rules = NonNullable<OxlintConfig['rules']>;

const SOURCES = ['src-*/**/*.ts', 'src-*/**/*.tsx'];

/** Packages that one place wraps for the rest of the product: where they may be imported, and what is said elsewhere. */
const WRAPPED = {
  electron: {
    within: ['src-main/electron/**', 'src-main/preload/**', 'src-main/engineProcess/electron*.ts'],
    message:
      'Only src-main/electron, src-main/preload and the Electron starter may import electron.',
  },
  'node:sqlite': {
    within: [
      'src-main/services/runs*/**',
      'src-main/services/stateDatabase.ts',
      'src-main/services/datasets/**',
      'src-main/services/queue/**',
      'src-main/services/sweeps/**',
    ],
    message:
      'Only src-main/services/runs, queue, sweeps, datasets and stateDatabase.ts may speak SQL.',
  },
  papaparse: {
    within: ['src-engine/datasets/**'],
    message: 'Only src-engine/datasets may parse CSV.',
  },
  elkjs: {
    within: ['src-renderer/canvas/**'],
    message: 'Only src-renderer/canvas lays graphs out.',
  },
  katex: { within: ['src-renderer/ui/**'], message: 'Only src-renderer/ui renders formulas.' },
  'onnxruntime-web': {
    within: ['src-main/exportProcess/**'],
    message: 'Only src-main/exportProcess runs ONNX files.',
  },
  sharp: {
    within: ['src-main/dataProcess/pictures/**'],
    message: 'Only src-main/dataProcess/pictures decodes pictures.',
  },
  '@bufbuild/protobuf': {
    within: ['src-engine/export/**'],
    message: 'Only src-engine/export speaks protobuf and base64.',
  },
} as const;

/** All wrapped packages but one. */
const restricted = (allowed?: string): Rules => ({
  'no-restricted-imports': [
    'error',
    {
      paths: Object.entries(WRAPPED)
        .filter(([name]) => name !== allowed)
        .map(([name, { message }]) => ({ name, message })),
    },
  ],
});

const errors = (names: readonly string[]): Rules =>
  Object.fromEntries(names.map((name) => [name, 'error' as const]));

export default defineConfig({
  plugins: ['typescript', 'react'],
  jsPlugins: ['./test/tooling/lint/plugin.js'],
  categories: { correctness: 'off' },
  options: { typeAware: true, maxWarnings: 0, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: [
    'src-engine/export/onnx/schema',
    'node_modules',
    'out',
    'coverage',
    '.cache',
    'test-results',
  ],
  rules: {
    ...errors(RECOMMENDED),
    'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  },
  overrides: [
    {
      files: ['**/*.ts', '**/*.tsx'],
      rules: {
        ...errors(TYPESCRIPT),
        'no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
        'typescript/restrict-template-expressions': ['error', { allowNumber: true }],
        'typescript/switch-exhaustiveness-check': [
          'error',
          { considerDefaultExhaustiveForUnions: true },
        ],
        eqeqeq: ['error', 'always', { null: 'ignore' }],
        'no-console': 'error',
        ...restricted(),
      },
    },
    ...Object.entries(WRAPPED).map(([name, { within }]) => ({
      files: [...within],
      rules: restricted(name),
    })),
    {
      files: SOURCES,
      rules: errors(['netloom/import-path', 'netloom/thrown', 'netloom/layer-category']),
    },
    { files: ['src-engine/ir/errors.ts'], rules: { 'netloom/thrown': 'off' } },
    {
      // The palette lists by category, and looks go by it.
      files: [
        'src-engine/layers/index.ts',
        'src-engine/drawing/layerIcons.ts',
        'src-engine/drawing/theme.ts',
        'src-renderer/palette/**',
        'src-renderer/ui/layerLook.tsx',
        'src-renderer/charts/colors.ts',
      ],
      rules: { 'netloom/layer-category': 'off' },
    },
    {
      files: ['src-renderer/**/*.ts', 'src-renderer/**/*.tsx'],
      rules: errors(['react/rules-of-hooks', 'react/exhaustive-deps']),
    },
    {
      files: ['test/**'],
      rules: {
        'no-console': 'off',
        'no-restricted-imports': 'off',
        'netloom/fixed-wait': 'error',
      },
    },
    {
      // Benchmarks measure time, and one place waits for all others.
      files: ['test/bench/**', 'test/support/waiting.ts'],
      rules: { 'netloom/fixed-wait': 'off' },
    },
    {
      files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
      env: { node: true, es2024: true },
      rules: errors(PLAIN_JAVASCRIPT),
    },
    // They hand functions to the page.
    { files: ['test/bench/*.mjs'], env: { node: true, browser: true, es2024: true } },
  ],
});
