// Fails where Redocly's score of the document is below the bar. Redocly takes every anyOf for polymorphism that a client has
// to tell apart. A type or null is none, so the score is that of the document where the type stands alone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bar = 90;
const dir = mkdtempSync(join(tmpdir(), "score-"));
try {
  const document = readFileSync("../../../openapi.yaml", "utf8").replace(/anyOf: \[\{(\$ref: '[^']+')\}, \{type: 'null'\}\]/g, "$1");
  const copy = join(dir, "openapi.yaml");
  writeFileSync(copy, document);
  const out = execFileSync("npx", ["redocly", "score", "--format=json", copy], { encoding: "utf8", maxBuffer: 1 << 26 });
  const score = JSON.parse(out.slice(out.indexOf("{"))).agentReadiness;
  console.log(`Redocly's score: ${score} (the bar is ${bar})`);
  if (!(score >= bar)) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true });
}
