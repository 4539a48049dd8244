// test_pages.mjs — goal: report pages work in a real browser. Method: pages of a run, a sweep and a
// comparison are made by the program and opened in Debian's chromium: nothing is asked for from
// outside, nothing is complained about; light, dark, paper and a phone; script off; sorting, reading
// values and fading variants with the keyboard alone.
//
//   node test_pages.mjs REPLSIM [FOLDER]      FOLDER: screenshots and pages are left there, to look at
//
// Every page is looked at in light and dark and on a phone; with a FOLDER, or REPLSIM_BROWSER=full,
// each is also printed, read without script and measured for contrast, else one of them is.
//
// Exit 0 if everything holds, 77 if there is no browser or no playwright-core, 1 otherwise.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';

const browserPath = '/usr/bin/chromium';
const [program, wanted] = process.argv.slice(2);
let chromium;
try {
    ({chromium} = await import('playwright-core'));
} catch {
    console.error('skipped: no playwright-core (npm ci in tests/browser)');
    process.exit(77);
}
if (!existsSync(browserPath)) {
    console.error('skipped: no chromium (Debian: chromium)');
    process.exit(77);
}

const isFull = wanted !== undefined || process.env.REPLSIM_BROWSER === 'full';
let claims = 0, failures = 0, where = '';
function check(holds, claim) {
    claims++;
    if (holds)
        return;
    failures++;
    console.error(`FAILED  ${where}: ${claim}`);
}

// ---- pages --------------------------------------------------------------------------------------

const folder = wanted ? resolve(wanted) : mkdtempSync(join(tmpdir(), 'replsim-pages-'));
mkdirSync(folder, {recursive: true});

// Some checks of the scenarios fail on purpose: statuses 0, 1 and 3 are as good as each other here.
function make(...args) {
    try {
        execFileSync(program, args, {cwd: folder, stdio: ['ignore', 'ignore', 'pipe']});
    } catch (error) {
        if (![1, 3].includes(error.status))
            throw new Error(`replsim ${args.join(' ')}: ${error.stderr}`);
    }
    return args[args.length - 1];
}

const seedless = ['--replications', '4', '-q', '-o'];
const pages = {
    run: make('run', 'builtin:failover', ...seedless, 'run.html'),
    plane: make('sweep', 'builtin:quorum-grid:r1-w1', '--vary', 'policy.read_quorum=1,2,3', '--vary',
                'policy.write_quorum=1,2,3', ...seedless, 'plane.html'),
    curve: make('sweep', 'builtin:failover', '--vary', 'policy.failover.detect=0.5s..20s log 5',
                ...seedless, 'curve.html'),
    compare: make('compare', 'latest', 'latest', '-q', '-o', 'compare.html'),
};

// ---- opening ------------------------------------------------------------------------------------

const browser = await chromium.launch({executablePath: browserPath, args: ['--no-sandbox']});

// A context without network; whatever the page asks for or complains about is a failure.
async function open(name, options = {}) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    await context.setOffline(true);
    const page = await context.newPage();
    where = name;
    page.on('console', message => check(false, `console: ${message.text()}`));
    page.on('pageerror', error => check(false, `error: ${error.message}`));
    page.on('request', request => check(/^(file|data|blob):/.test(request.url()),
                                        `asks for ${request.url()}`));
    await page.goto('file://' + join(folder, pages[name]));
    return page;
}

async function shot(page, name, fullPage = true) {
    if (wanted)
        await page.screenshot({path: join(folder, `${name}.png`), fullPage});
}

const background = page => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const white = 'rgb(255, 255, 255)', dark = 'rgb(20, 24, 29)';

// ---- looks --------------------------------------------------------------------------------------

async function looksLightAndDark(name) {
    let page = await open(name);
    check(await background(page) === white, 'light by default');
    check(await page.locator('svg[role=img]').count() > 0 || name === 'compare', 'has pictures');
    const verdict = page.locator(name === 'compare' ? 'h2' : '#verdict').first();
    check((await verdict.boundingBox()).y < 400, 'the verdict is above the fold');
    await shot(page, `${name}-light`);
    await page.context().close();

    page = await open(name, {colorScheme: 'dark'});
    check(await background(page) === dark, 'dark where the system is');
    await shot(page, `${name}-dark`);
    await page.locator('#light').focus();
    await page.keyboard.press('Space');
    check(await background(page) === white, 'the switch wins over the system');
    await page.keyboard.press('ArrowRight');
    check(await page.locator('#dark').isChecked() && await background(page) === dark,
          'arrow keys move the switch');
    await page.context().close();
}

// Text of charts and page against what is behind it, as painted: each at least 4.5 : 1.
async function hasContrast(name, colorScheme) {
    const page = await open(name, {colorScheme});
    const worst = await page.evaluate(() => {
        const light = text => {
            const [r, g, b] = text.match(/[\d.]+/g).slice(0, 3).map(v => {
                v /= 255;
                return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const page = light(getComputedStyle(document.body).backgroundColor);
        const over = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        let least = 99;
        for (const e of document.querySelectorAll('p, li, td, th, summary, a, svg text')) {
            const style = getComputedStyle(e);
            if (e.closest('.band'))
                continue;
            least = Math.min(least, over(page, light(e.tagName === 'text' ? style.fill
                                                                          : style.color)));
        }
        return least;
    });
    check(worst >= 4.5, `contrast of text is ${worst.toFixed(2)} : 1 (${colorScheme})`);
    await page.context().close();
}

async function fitsAPhone(name) {
    const page = await open(name, {viewport: {width: 400, height: 800}, hasTouch: true});
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(width <= 400, `400 px wide, not ${width}`);
    await shot(page, `${name}-phone`);
    await page.context().close();
}

async function prints(name) {
    const page = await open(name, {colorScheme: 'dark'});
    await page.emulateMedia({media: 'print', colorScheme: 'dark'});
    check(await background(page) === white, 'paper is white');
    check(!await page.locator('.bar').isVisible(), 'the bar is not printed');
    const text = await page.locator('style').first().textContent();
    check(/@bottom-left\{content:"/.test(text), 'every sheet says whose it is');
    // The page breaks inside no chart: each is shorter than a sheet.
    const tall = await page.evaluate(
        () => Math.max(0, ...[...document.querySelectorAll('figure svg[role=img]')].map(
                              s => s.getBoundingClientRect().height)));
    check(tall < 1000, `pictures fit a sheet (${tall})`);
    for (const format of ['A4', 'Letter']) {
        const pdf = await page.pdf({format});
        check(pdf.length > 10000, `prints on ${format}`);
    }
    if (wanted)
        await page.pdf({format: 'A4', path: join(folder, `${name}.pdf`)});
    await page.context().close();
}

async function readsWithoutScript(name) {
    const page = await open(name, {javaScriptEnabled: false});
    check(await page.locator('th').count() > 3, 'tables are there');
    check(await page.locator('h2').count() > 1, 'sections are there');
    if (name !== 'compare') {
        await page.locator('details summary').first().click();
        check(await page.locator('details').first().getAttribute('open') !== null, 'folds open');
    }
    await page.context().close();
}

// ---- keys ---------------------------------------------------------------------------------------

async function tabReaches(page, what) {
    for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(selector => document.activeElement.matches(selector), what))
            return true;
    }
    return false;
}

async function sortsByKey() {
    const page = await open('plane');
    await page.locator('#points').scrollIntoViewIfNeeded();
    const head = page.locator('section[aria-labelledby=points] th button').filter(
        {hasText: 'write latency p99'});
    await head.focus();
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    check(outline !== 'none', 'focus is visible');
    const column = () => page.evaluate(() => {
        const table = document.querySelector('section[aria-labelledby=points] table');
        const i = [...table.tHead.rows[0].cells].findIndex(
            c => c.textContent.includes('write latency p99'));
        return [...table.tBodies[0].rows].map(r => parseFloat(r.cells[i].firstChild.textContent));
    });
    await page.keyboard.press('Enter');
    let values = await column();
    check(values.length === 9 && values.every((v, i) => i === 0 || v >= values[i - 1]),
          `Enter sorts upwards, by size: ${values}`);
    await page.keyboard.press('Enter');
    values = await column();
    check(values.every((v, i) => i === 0 || v <= values[i - 1]), `and again downwards: ${values}`);
    check(await page.locator('th[aria-sort=descending]').count() === 1, 'and says so');
    await page.context().close();
}

async function tellsValues() {
    const page = await open('curve');
    const probe = page.locator('rect.probe').first(), read = page.locator('.read').first();
    await probe.focus();
    await page.keyboard.press('Home');
    check(/^at 500 ms: async [\d.]+ %, semi-sync/.test(await read.textContent()),
          `the first point: ${await read.textContent()}`);
    await page.keyboard.press('End');
    check((await read.textContent()).startsWith('at 20 s: '), 'the last point');
    await page.keyboard.press('ArrowLeft');
    const told = await read.textContent();
    check(/^at 7\.9[0-9]* s: /.test(told), `the one before: ${told}`);
    await shot(page, 'curve-read', false);
    await page.keyboard.press('Escape');
    check(await read.textContent() === '', 'Escape ends it');
    await probe.hover();
    check((await read.textContent()).startsWith('at '), 'the pointer tells as well');
    // What is told is what the table behind the chart says.
    await page.mouse.move(0, 0);
    await probe.focus();
    await page.keyboard.press('End');
    const value = (await read.textContent()).match(/async ([\d.]+)/)[1];
    const row = await page.locator('figure details table').first().locator('tr').filter(
        {hasText: 'async'}).filter({hasNotText: 'semi'}).last().textContent();
    check(Math.abs(parseFloat(row.match(/([\d.]+) %/)[1]) / parseFloat(value) - 1) < 0.02,
          `told ${value}, the table says ${row}`);
    await page.context().close();
}

async function fadesAVariant() {
    const page = await open('run');
    check(await tabReaches(page, '.bar .key button'), 'Tab reaches the names of variants');
    await page.keyboard.press('Space');
    const state = () => page.evaluate(() => {
        const pressed = document.querySelector('.bar .key button').getAttribute('aria-pressed');
        const line = document.querySelector('.plot path.s0[data-n]');
        return [pressed, parseFloat(getComputedStyle(line).opacity)];
    });
    let [pressed, opacity] = await state();
    check(pressed === 'false' && opacity < 0.2, 'a variant is faded in the charts');
    await page.keyboard.press('Space');
    [pressed, opacity] = await state();
    check(pressed === 'true' && opacity === 1, 'and comes back');
    check(await tabReaches(page, 'summary'), 'Tab reaches what is folded');
    await page.keyboard.press('Enter');
    check(await page.locator('details[open]').count() === 1, 'Enter unfolds it');
    await page.context().close();
}

// ---- all of it ----------------------------------------------------------------------------------

for (const name of Object.keys(pages)) {
    await looksLightAndDark(name);
    await fitsAPhone(name);
    if (!isFull && name !== 'plane')
        continue;
    await hasContrast(name, 'light');
    await hasContrast(name, 'dark');
    await prints(name);
    await readsWithoutScript(name);
}
await sortsByKey();
await tellsValues();
await fadesAVariant();
await browser.close();
if (!wanted)
    rmSync(folder, {recursive: true});
console.log(`${claims} claims about ${Object.keys(pages).length} pages, ${failures} do not hold`);
process.exit(failures ? 1 : 0);
