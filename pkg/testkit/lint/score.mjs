// Fails where Redocly's score of the document is below the bar.
import { execFileSync } from "node:child_process";

const bar = 90;
const out = execFileSync("npx", ["redocly", "score", "--format=json", "../../../openapi.yaml"], { encoding: "utf8", maxBuffer: 1 << 26 });
const score = JSON.parse(out.slice(out.indexOf("{"))).agentReadiness;
console.log(`Redocly's score: ${score} (the bar is ${bar})`);
if (!(score >= bar)) process.exit(1);
