import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The layers of provider/ and the imports between them, all in one direction. Each names what it must not import:
 * layers (as part of a relative path) and packages, whose types are allowed because they cost nothing at run time.
 */
const http = ["axios", "p-retry", "proxy-from-env"];
const layers = [
  { layer: "api", layers: ["core", "host", "program", "cli"], packages: ["@pulumi/*"] },
  { layer: "core", layers: ["host", "program", "cli"], packages: ["@pulumi/*", ...http] },
  { layer: "host", layers: ["program", "cli"], packages: http },
  { layer: "cli", layers: ["host", "program"], packages: ["@pulumi/*", ...http] },
  { layer: "program", layers: ["host", "cli"], packages: [...http, "zod", "zod/*"] },
];

const allowedImports = layers.map((from) => ({
  files: [`provider/${from.layer}/**/*.ts`],
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${from.layers.join("|")})(/|$)`,
            message: `${from.layer}/ must not import ${from.layers.join(", ")}: imports between layers go one way.`,
          },
          {
            group: from.packages,
            message: `${from.layer}/ must not use this package.`,
            allowTypeImports: true,
          },
        ],
      },
    ],
  },
}));

/** What a program imports loads neither HTTP nor schemas: those layers come in by `import()`, when they are needed. */
const light = {
  files: ["provider/index.ts", "provider/program/**/*.ts"],
  rules: {
    "no-restricted-syntax": [
      "error",
      {
        selector:
          "ImportDeclaration[importKind!='type'][source.value=/\\/(api|core)\\//]" +
          ":not([source.value=/\\/(api\\/errors|core\\/config|core\\/messages\\/advice|core\\/state-contract)$/])",
        message:
          "A program must not load this at its start: import its types only, or import() it when it is needed.",
      },
    ],
  },
};

/** The emulator and the engine stand in for others; sharing our code would make them agree with our mistakes. */
const standIns = {
  files: ["test/tools/emulator/**/*.ts", "test/tools/engine/**/*.ts"],
  // Their tests put the provider to them.
  ignores: ["test/tools/**/*.test.ts"],
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: "(^|/)provider(/|$)|^pulumi-vpsorg",
            message: "A stand-in must not share code with the provider.",
          },
        ],
      },
    ],
  },
};

export default defineConfig(
  { ignores: ["dist", ".build", "**/node_modules", "**/*.d.ts"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  // A test file is a list: it is read from the top, not seen at a glance.
  {
    files: ["test/**/*.test.ts"],
    rules: { "max-lines": ["error", { max: 450, skipBlankLines: true, skipComments: true }] },
  },
  // As people write them: the promise of node:test's test() is its runner's, and the SDK types the inputs of a mock as any.
  {
    files: ["examples/**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
  ...allowedImports,
  light,
  standIns,
);
