/** Jest runs the TypeScript sources; types are checked by tsc, so the transform only strips them. */
const transform = {
  "^.+\\.[cm]?[jt]s$": [
    "@swc/jest",
    {
      jsc: { parser: { syntax: "typescript" }, target: "es2023" },
      module: { type: "commonjs" },
    },
  ],
};

/** These are ESM only; Jest's own module loader needs CommonJS. */
const transformIgnorePatterns = [
  "/node_modules/(?!(p-retry|is-network-error|commander|yocto-spinner|yoctocolors|@actions/[^/]+)/)",
];

const suite = (displayName, extra = {}) => ({
  displayName,
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/.build", "<rootDir>/dist"],
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform,
  transformIgnorePatterns,
  moduleNameMapper: {
    // Dynamic imports name the compiled file, as Node asks; here it is the source.
    "^(\\.{1,2}/.*)\\.js$": "$1",
    // Their exports are for import alone, which is a require here.
    "^(@actions/[^/]+)$": "<rootDir>/node_modules/$1/dist/index.js",
    "^(@actions/[^/]+)/(.+)$": "<rootDir>/node_modules/$1/dist/$2.js",
  },
  ...extra,
});

module.exports = {
  // For what hangs. What waits waits in simulated time, and a busy machine has no say in what is red.
  testTimeout: 30_000,
  testSequencer: "<rootDir>/test/sequencer.cjs",
  projects: [
    ...["unit", "core", "model", "host", "tools", "e2e"].map((name) => suite(name)),
    // It installs from the registry: no part of `npm test`, which names the others.
    suite("layouts", {
      globalSetup: "<rootDir>/test/layouts/global-setup.ts",
      globalTeardown: "<rootDir>/test/layouts/global-teardown.ts",
    }),
  ],
};
