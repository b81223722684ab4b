/**
 * Who may import whom. Each rule is a sentence of the architecture (resources/docs/architecture.md).
 * Type-only imports count: a boundary that types cross is crossed.
 */
const ENGINE_PURE =
  '^src-engine/(ir|ops|augment|layers|optimizers|schedules|metrics|check|protocol|runs|search|drawing)/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'engine-sees-only-itself',
      severity: 'error',
      from: { path: '^src-engine/' },
      to: { path: '^(src-main|src-player|src-renderer|test)/' },
    },
    {
      name: 'engine-no-node-outside-platform',
      severity: 'error',
      from: {
        path: '^src-engine/',
        pathNot: '^src-engine/platform/node[^/]*\\.ts$|^src-engine/backends/wasm/thread\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'layers-see-only-ir-and-ops',
      severity: 'error',
      from: { path: '^src-engine/layers/' },
      // Which steps augment pictures is an attribute of a layer.
      to: {
        path: '^src-engine/',
        pathNot: '^src-engine/(layers|ir|ops)/|^src-engine/augment/index\\.ts$',
      },
    },
    {
      name: 'augmentation-sees-only-ir-and-ops',
      severity: 'error',
      from: { path: '^src-engine/augment/' },
      to: { path: '^src-engine/', pathNot: '^src-engine/(augment|ir|ops)/' },
    },
    {
      name: 'metrics-see-only-ir-and-ops',
      severity: 'error',
      from: { path: '^src-engine/metrics/' },
      to: { path: '^src-engine/', pathNot: '^src-engine/(metrics|ir|ops)/' },
    },
    {
      name: 'schedules-see-only-ir',
      severity: 'error',
      from: { path: '^src-engine/schedules/' },
      to: { path: '^src-engine/', pathNot: '^src-engine/(schedules|ir)/' },
    },
    {
      name: 'ops-see-only-ir',
      severity: 'error',
      from: { path: '^src-engine/ops/' },
      to: { path: '^src-engine/', pathNot: '^src-engine/(ops|ir)/' },
    },
    {
      name: 'the-assembler-knows-nobody',
      severity: 'error',
      from: { path: '^src-engine/assembler/' },
      to: { path: '^src-engine/', pathNot: '^src-engine/assembler/' },
    },
    {
      name: 'layer-files-only-through-the-registry',
      severity: 'error',
      from: { pathNot: '^(src-engine/layers/|test/)' },
      to: {
        path: '^src-engine/layers/',
        pathNot: '^src-engine/layers/(index|define)\\.ts$',
      },
    },
    {
      name: 'backends-only-through-their-index',
      severity: 'error',
      from: { pathNot: '^(src-engine/backends/|test/)' },
      to: {
        path: '^src-engine/backends/[^/]+/',
        pathNot: '^src-engine/backends/[^/]+/index\\.ts$',
      },
    },
    {
      name: 'renderer-only-sees-the-pure-engine',
      severity: 'error',
      // The hidden GPU window is a host of the executor, not a part of the page.
      from: { path: '^src-renderer/', pathNot: '^src-renderer/gpu/' },
      to: { path: '^src-(main|player|engine)/', pathNot: ENGINE_PURE },
    },
    {
      name: 'main-never-sees-the-renderer',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-(player|renderer)/' },
    },
    {
      name: 'player-only-runs-models',
      severity: 'error',
      comment: 'It goes into every page that is exported: what it imports is in each of them.',
      from: { path: '^src-player/' },
      to: {
        path: '^src-',
        pathNot:
          '^src-player/|^src-engine/export/player/(model|executor)\\.ts$|^src-engine/(ir|ops|runs)/',
      },
    },
    {
      name: 'services-do-not-know-their-host',
      severity: 'error',
      from: { path: '^src-main/services/' },
      to: { path: '^src-main/(electron|server|cli|preload)/' },
    },
    {
      name: 'electron-only-in-the-shell',
      severity: 'error',
      from: {
        pathNot: '^src-main/(electron|preload)/|^src-main/engineProcess/electron[^/]*\\.ts$|^test/',
      },
      to: { path: '^(node_modules/)?electron(/|$)' },
    },
    {
      name: 'preload-sees-only-protocol',
      severity: 'error',
      from: { path: '^src-main/preload/' },
      to: { path: '^src-', pathNot: '^src-(main/preload|engine/(protocol|ir))/' },
    },
    {
      name: 'echarts-only-in-charts',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: '^src-renderer/charts/' },
      to: { path: '^(node_modules/)?(echarts|zrender)(/|$)' },
    },
    {
      name: 'no-orphans',
      severity: 'warn',
      from: {
        orphan: true,
        path: '^src-',
        pathNot: '\\.d\\.ts$|(main|[pP]reload|thread|worker)\\.tsx?$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    exclude: { path: '\\.css$' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
