/**
 * The import rules of docs/architecture.md, one rule per sentence.
 * `npm run check` fails on the first arrow that points the wrong way.
 */
const mainFolders = [
  'images',
  'preprocess',
  'network',
  'inference',
  'explain',
  'training',
  'datasets',
  'cases',
  'reports',
  'review',
  'interop',
  'jobs',
  'storage',
  'runtime',
];
const mayImport = {
  images: [],
  preprocess: [],
  network: [],
  inference: ['preprocess', 'network', 'runtime'],
  explain: ['preprocess', 'network'],
  training: ['preprocess', 'network', 'datasets', 'images', 'storage', 'runtime'],
  datasets: ['storage', 'images'],
  cases: ['storage', 'images'],
  reports: ['storage', 'images'],
  review: ['storage'],
  interop: ['storage', 'images'],
  jobs: ['storage'],
  storage: [],
  runtime: [],
};

/** A feature folder imports only the folders that the design allows it. */
const featureRules = mainFolders.map((folder) => ({
  name: `${folder}-imports`,
  comment: `src-main/${folder} may import only: ${['itself', 'src-shared', ...mayImport[folder]].join(', ')}`,
  severity: 'error',
  from: { path: `^src-main/${folder}/` },
  to: {
    path: '^src-(main|renderer)/',
    pathNot: [folder, ...mayImport[folder]].map((f) => `^src-main/${f}/`),
  },
}));

module.exports = {
  forbidden: [
    ...featureRules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      comment: 'an import that is not found is an import that no rule can judge',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'shared-is-pure',
      comment: 'src-shared knows no Node, DOM or Electron',
      severity: 'error',
      from: { path: '^src-shared/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^src-shared/', '^node_modules/(zod|@msgpack/msgpack|d3-scale-chromatic)/'] },
    },
    {
      name: 'renderer-and-main-are-apart',
      comment: 'the renderer reaches the main side only through bridge/ and the contract',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/' },
    },
    {
      name: 'main-knows-no-renderer',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-renderer/' },
    },
    {
      name: 'places-never-import-each-other',
      severity: 'error',
      from: { path: '^src-renderer/places/([^/]+)/' },
      to: { path: '^src-renderer/places/([^/]+)/', pathNot: '^src-renderer/places/$1/' },
    },
    {
      name: 'lower-renderer-folders-know-no-places',
      severity: 'error',
      from: { path: '^src-renderer/(bridge|viewer|charts|ui|text)/' },
      to: { path: '^src-renderer/places/' },
    },
    {
      name: 'ui-knows-no-domain',
      comment: 'ui/ holds widgets that any application could use',
      severity: 'error',
      from: { path: '^src-renderer/ui/' },
      to: { path: '^src-(shared|renderer/(bridge|viewer|charts|text))/' },
    },
    {
      name: 'only-the-shell-knows-electron',
      severity: 'error',
      from: { pathNot: '^(src-main/(shell|preload)/|tests/electron/)' },
      to: { path: '(^electron($|/)|^node_modules/electron/)' },
    },
    {
      name: 'one-onnxruntime-importer',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/runtime/loadRuntime' },
      to: { path: 'onnxruntime', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'few-know-onnxruntime',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/(runtime|inference|training)/' },
      to: { path: 'onnxruntime' },
    },
    {
      name: 'one-database-importer',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/storage/' },
      to: { path: 'better-sqlite3' },
    },
    {
      name: 'only-the-fleet-knows-its-services',
      comment: 'Redis and PostgreSQL stay behind the interfaces of src-main/jobs',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/jobs/fleet/' },
      to: { path: '^node_modules/(@types/)?(bullmq|ioredis|pg)/' },
    },
    {
      name: 'hosts-go-through-calls',
      comment: 'shell, browser-host and command-line reach features through calls/',
      severity: 'error',
      from: { path: '^src-main/(shell|preload|browser-host)/' },
      to: { path: `^src-main/(${mainFolders.join('|')})/`, pathNot: '^src-main/inference/child' },
    },
    {
      name: 'no-development-dependency-at-run-time',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '\\.test\\.ts$|^src-main/(start|build)\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev'],
        pathNot: '(^electron$|node_modules/electron/)',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.d\\.ts$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
