// What eslint asks of the page's modules and of their tests: `make check` runs it from the root.

import js from "@eslint/js";
import sortImports from "eslint-plugin-simple-import-sort";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/**", ".venv/**", "build/**", "dist/**"] },
  js.configs.recommended,
  {
    plugins: { "simple-import-sort": sortImports },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-len": ["error", { code: 100 }],
      "no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "simple-import-sort/imports": "error",
    },
  },
  { files: ["static/js/**"], languageOptions: { globals: globals.browser } },
  { files: ["static/js/theme.js"], languageOptions: { sourceType: "script" } },
  {
    files: ["tests/js/**"],
    languageOptions: { globals: { ...globals.nodeBuiltin, ...globals.browser } },
    // A test's name is its sentence, and what the page says is expected as it is said.
    rules: {
      "max-len": ["error", { code: 100, ignoreStrings: true, ignoreRegExpLiterals: true }],
    },
  },
];
