// Builds ../dist: node build.mjs [DIRECTORY]. The same source gives the same bytes, so that make console-check can compare them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "dist");
const limit = 40_000; // bytes of JavaScript, gzipped

mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/main.tsx"],
  outfile: join(out, "console.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  alias: { "openapi-fetch": join(here, "node_modules", "openapi-fetch") }, // the client's own import, without an install in its directory
  legalComments: "none",
  banner: { js: "/* Includes Preact and openapi-fetch: licenses.txt */" },
  charset: "utf8",
  logLevel: "warning",
});
for (const name of ["index.html", "console.css", "icon.svg"]) copyFileSync(join(here, "static", name), join(out, name));
writeFileSync(
  join(out, "licenses.txt"),
  ["preact", "openapi-fetch"].map((name) => `${name}\n\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}\n`).join("\n\n"),
);
const size = gzipSync(readFileSync(join(out, "console.js")), { level: 9 }).length;
if (size > limit) throw new Error(`console.js has ${size} bytes, gzipped; at most ${limit} are allowed`);
console.log(`console.js: ${size} of ${limit} bytes, gzipped`);
