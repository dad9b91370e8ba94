// Writes readme.ts: the code of the README with the address and a token of the demo, to be compiled and run.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

const blocks = [...readFileSync("README.md", "utf8").matchAll(/^```ts\n(.*?)^```$/gms)];
assert.equal(blocks.length, 1, "the README has one block of TypeScript");
const [, lines] = blocks[0];
const here = '"http://127.0.0.1:8080"';
assert(lines.includes(here), "the code of the README has the demo's address");
writeFileSync("readme.ts", `// Written by readme.mjs.
import { readFileSync } from "node:fs";

const token = readFileSync(\`\${process.env.ORDERDESK_AS}/sales\`, "utf8").replace("Authorization: Bearer ", "").trim();
${lines.replace(here, "process.env.ORDERDESK_URL!")}`);
