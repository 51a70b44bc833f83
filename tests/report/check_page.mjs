// Opens a page from disk in headless Chromium, light and dark, 1280 and 390 pixels wide: fails if it asks
// for anything beside itself, writes to the console, is wider than the window, or breaks a rule of axe-core.
//
//   node check_page.mjs MODULES PAGE PICTURES    screenshots go to PICTURES-light-1280.png and so on
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, file, pictures] = process.argv.slice(2);
const require = createRequire(path.resolve(modules) + '/');
const puppeteer = require('puppeteer-core');
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const url = pathToFileURL(fs.realpathSync(file)).href;

const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium', headless: true, args: ['--no-sandbox'] });
let faults = 0;
for (const scheme of ['light', 'dark'])
  for (const width of [1280, 390]) {
    const page = await browser.newPage();
    const seen = [];
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:'))
        seen.push('request for ' + request.url());
    });
    page.on('console', (message) => seen.push('console: ' + message.text()));
    page.on('pageerror', (error) => seen.push('error: ' + error));
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(url, { waitUntil: 'load' });
    await page.screenshot({ path: `${pictures}-${scheme}-${width}.png`, fullPage: true });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (beyond > 0) seen.push(`${beyond} pixels wider than the window`);
    await page.evaluate(axeSource);
    const result = await page.evaluate(() => axe.run());
    for (const rule of result.violations)
      seen.push(`axe: ${rule.id}: ${rule.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
    console.log(`${scheme}, ${width} pixels: ${result.passes.length} rules of axe-core ` +
                `${result.testEngine.version} hold, ${seen.length} faults`);
    for (const fault of seen) console.log('  ' + fault);
    faults += seen.length;
    await page.close();
  }
await browser.close();
process.exit(faults > 0 ? 1 : 0);
