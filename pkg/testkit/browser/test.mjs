// The docs page as a person uses it, in a headless Chromium, in both colour schemes and on a phone: it opens, a token is
// entered, the web orders are listed and, after a reload, one is confirmed and its invoice is downloaded; a refusal leads to
// the page of its code. All texts can be read, and no request goes to another host.
// Usage: withdemo.sh ORDERDESK node test.mjs; CHROMIUM names another browser, SHOTS another directory for the pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { launch, picturesOf, watch } from "./browser.mjs";
import { paleTexts } from "./contrast.mjs";

const { ORDERDESK_URL: url, ORDERDESK_AS: tokens } = process.env;
assert(url && tokens, "make test-browser starts the service that this needs");
const token = readFileSync(join(tokens, "sales"), "utf8").replace("Authorization: Bearer ", "").trim();
const shots = picturesOf(import.meta.url);
let problem; // of the first visit

const browser = await launch(chromium);
try {
  for (const scheme of ["light", "dark"]) await visit(scheme);
  await visit("light", "phone", { width: 390, height: 844 });
} finally {
  await browser.close();
}
console.log(`The docs page works in both colour schemes and on a phone; pictures: ${shots}`);

async function visit(scheme, as = scheme, viewport = { width: 1280, height: 900 }) {
  const started = performance.now();
  const context = await browser.newContext({ colorScheme: scheme, viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000); // the page loads in 5 s on two idle cores, and in 25 s where others use them
  const { complaints, elsewhere } = watch(page, url);
  let pictures = 0;
  const shot = async (name) => {
    await page.screenshot({ path: join(shots, `${as}-${++pictures}-${name}.png`) });
    assert.deepEqual(await page.evaluate(paleTexts), [], `${as}, ${name}: texts that are hard to read`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width, `${as}, ${name}: the page is wider than the window`);
  };

  await page.goto(`${url}/docs/`);
  await page.locator(".opblock").first().waitFor();
  const operations = await page.locator(".opblock").count();
  assert(operations >= 30, `the page shows ${operations} operations`);
  await shot("page");

  const authorise = page.getByRole("button", { name: "Authorize" }).first();
  await authorise.scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => scrollY);
  await authorise.click();
  await page.locator("#auth-bearer-value").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "auth-bearer-value", "one can paste the token at once");
  assert.equal(await page.locator(".modal-ux .auth-container input").count(), 1, "the dialogue asks for the token alone");
  await page.locator("#auth-bearer-value").fill(token);
  const dialogue = await page.locator(".modal-ux").boundingBox();
  assert(dialogue.y >= 0 && dialogue.y + dialogue.height <= viewport.height, "the dialogue is in the window");
  assert.equal(await page.evaluate(() => scrollY), scrolled, "the page stays where it was");
  await shot("authorise");
  const bearer = page.locator(".auth-container", { has: page.locator("#auth-bearer-value") }).last();
  await bearer.locator("button.authorize").click();
  await page.locator(".auth-container button.btn-done").first().click();

  const list = await open(page, "listOrders");
  await parameter(list, "origin").fill("W");
  await parameter(list, "status").selectOption("pending");
  await parameter(list, "limit").fill("5");
  await list.locator(".parameters-container").scrollIntoViewIfNeeded();
  await shot("parameters");
  const listed = JSON.parse(await execute(list, 200));
  assert(listed.data.length > 0, "web orders wait");
  for (const order of listed.data) assert.match(order.number, /^W\d+$/);
  await shot("list");

  const place = await open(page, "placeOrder");
  await place.locator(".opblock-section-request-body").scrollIntoViewIfNeeded();
  await shot("request-body");

  // An operation has an address, and the token is still there after a reload.
  const confirm = await visitOperation(page, "confirmOrder");
  const order = listed.data[0];
  await parameter(confirm, "id").fill(order.id);
  const confirmed = JSON.parse(await execute(confirm, 200));
  assert.equal(confirmed.order.number, order.number);
  assert.equal(confirmed.order.status, "confirmed");
  await shot("confirm");

  // Each load of the page takes seconds, so only the first visit goes on.
  if (!problem) await download(page, confirmed.invoice, shot);
  assert.deepEqual(complaints, [], "the browser has nothing to complain of");
  problem ??= await refusal(page);
  await page.goto(new URL(problem.type, url).href);
  assert.match(await page.locator("body").innerText(), new RegExp(problem.code));
  await shot("problem");

  assert.deepEqual(elsewhere, [], "no request goes to another host");
  await context.close();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${as}: ${operations} operations, ${listed.data.length} web orders listed, ${order.number} confirmed, ${seconds} s`);
}

// refusal asks for an order that does not exist. The answer says where to read why it is refused.
async function refusal(page) {
  const missing = await visitOperation(page, "getOrder");
  await parameter(missing, "id").fill("01890a5d-ac96-774b-bcce-b302099a8057");
  return JSON.parse(await execute(missing, 404));
}

// download downloads an invoice as a person does.
async function download(page, invoice, shot) {
  const print = await visitOperation(page, "getInvoicePDF", "invoices");
  await parameter(print, "id").fill(invoice.id);
  await print.locator(".execute").click();
  const link = print.locator(".live-responses-table a[download]");
  await link.waitFor();
  assert.equal(await link.getAttribute("download"), `${invoice.number}.pdf`);
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(readFileSync(await file.path()).subarray(0, 5).toString(), "%PDF-", "the invoice is downloaded whole");
  await shot("pdf");
}

// visitOperation loads the page again at the address of an operation and returns its block.
async function visitOperation(page, id, tag = "orders") {
  await page.goto(`${url}/docs/#/${tag}/${id}`);
  await page.reload();
  const block = page.locator(`#operations-${tag}-${id}.is-open`);
  await block.locator(".execute").waitFor();
  return block;
}

// open opens an operation of the orders and returns its block.
async function open(page, id) {
  const block = page.locator(`#operations-orders-${id}`);
  await block.locator(".opblock-summary-control").click();
  await block.locator(".execute").waitFor();
  return block;
}

// parameter is the control of one; a list has a control once an item is added.
function parameter(block, name) {
  const row = block.locator(`tr[data-param-name="${name}"]`);
  return {
    async fill(value) {
      if ((await row.locator("input").count()) === 0) await row.getByRole("button", { name: /add/i }).click();
      await row.locator("input").first().fill(value);
    },
    selectOption: (value) => row.locator("select").selectOption(value),
  };
}

// execute sends the request, waits for the status and returns the body that the page shows.
async function execute(block, status) {
  await block.locator(".execute").click();
  const live = block.locator(".live-responses-table .response").first();
  await live.waitFor();
  assert.match(await live.locator(".response-col_status").innerText(), new RegExp(`^${status}`));
  await live.scrollIntoViewIfNeeded();
  return live.locator(".response-col_description .highlight-code").first().locator("pre").innerText();
}
