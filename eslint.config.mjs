import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

/**
 * The layers of lib, from top to bottom: a file imports from its own folder and from lower layers, never from another
 * folder of the same layer or from above. `schemas` contains data that any file may import.
 */
const LAYERS = [
  ['triggers', 'actions', 'verifyCredentials.ts'],
  ['polling', 'upsert', 'metadata'],
  ['account.ts'],
  ['oauth'],
  ['platform'],
  ['config'],
  ['cleverreach'],
  ['mapping', 'http'],
  ['subscription'],
  ['utils'],
];
const unordered = readdirSync('lib').filter((name) => name !== 'schemas' && !LAYERS.flat().includes(name));
if (unordered.length > 0) throw new Error(`No layer of lib has ${unordered.join(', ')}: add it to LAYERS.`);

/** The same for folders with subfolders. */
const UPSERT_STEPS = 'runUpsert|messageBatcher|writeRecords|writeGroup';
const INNER_LAYERS = [
  [['polling/*.ts'], ['polling/changes'], ['polling/state'], ['polling/pagination', 'polling/sketch']],
  [
    [`upsert/@(${UPSERT_STEPS}).ts`],
    ['upsert/execute'],
    ['upsert/output'],
    ['upsert/resolve'],
    ['upsert/plan'],
    [`upsert/!(${UPSERT_STEPS}).ts`],
  ],
  [['mapping/*.ts'], ['mapping/functions']],
];

const zonesOf = (layers) =>
  layers.flatMap((layer, index) =>
    layer.flatMap((target) =>
      [...layers.slice(0, index), layer.filter((one) => one !== target)].flat().map((from) => ({
        target: `./lib/${target}`,
        from: `./lib/${from}`,
        message: `${target} may not import from ${from}: imports run downwards, see LAYERS in eslint.config.mjs.`,
      })),
    ),
  );

const resolver = createNodeResolver({ extensions: ['.ts', '.d.ts', '.js', '.json'] });

const NOT_IN_UNIT_TESTS = [
  'sandbox',
  'tools',
  'bench',
  'test/support/@(account|stage|steps|tools|tenants).ts',
  'test/support/upsert/bench.ts',
].map((from) => ({
  target: './test/unit',
  from: `./${from}`,
  message: 'A unit test needs no sandbox and no tool: this one belongs to test/integration.',
}));

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'reports/', '.stryker-tmp/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'no-console': 'error',
      'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['lib/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [resolver] },
    rules: { 'import-x/no-restricted-paths': ['error', { zones: [LAYERS, ...INNER_LAYERS].flatMap(zonesOf) }] },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/utils/unicode.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='normalize'], MemberExpression[property.value='normalize']",
          message: 'String.normalize takes quadratic time for some strings: use the functions of lib/utils/unicode.ts.',
        },
      ],
    },
  },
  {
    // a unit test needs only lib and test doubles
    files: ['test/unit/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [resolver] },
    rules: { 'import-x/no-restricted-paths': ['error', { zones: NOT_IN_UNIT_TESTS }] },
  },
  {
    files: ['test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'max-lines': 'off',
      'jest/no-disabled-tests': 'error',
      'jest/no-standalone-expect': ['error', { additionalTestBlockFunctions: ['afterEach'] }],
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect*', '**.expect*', 'fc.assert'] }],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/fastCheck.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'fast-check', message: 'Import test/support/fastCheck.ts: it makes the cases the same each time.' },
      ],
    },
  },
  { files: ['tools/**/*.mjs', '*.mjs'], languageOptions: { globals: { process: 'readonly', URL: 'readonly' } } },
  {
    files: ['**/*.js'],
    ignores: ['sandbox/page/browser/*.js'],
    languageOptions: {
      globals: {
        require: 'readonly',
        module: 'writable',
        exports: 'writable',
        process: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    // scripts of a page; sandbox/page/browser/tsconfig.json has the types of the browser and checks the types in the
    // comments
    files: ['sandbox/page/browser/*.js'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'no-console': 'error',
      'no-undef': 'off',
      // the caller states the type of a response in a comment, because the sandbox and its page are one program
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
);
