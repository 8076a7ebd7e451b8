import axeCore from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Overview } from "../../src/model/overview.ts";
import { chromiumPath } from "../support/chromium.ts";
import { aHostileOverview } from "../support/overview/hostile.ts";
import { startPageServer } from "../support/overview/page-server.ts";
import { anEmptyOverview, aSampleOverview } from "../support/overview/sample.ts";

const executablePath = chromiumPath();
if (executablePath === undefined)
  console.log("The page is not tried in a browser: no chromium on PATH, and CHROMIUM_PATH is not set.");

const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

describe.skipIf(executablePath === undefined)("the page in Chromium", { timeout: 60_000 }, () => {
  let browser: Browser;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const { chromium } = await import("playwright-core");
    // Its sandbox wants rights that a container seldom has; every page here is our own.
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  }, 60_000);
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => browser?.close());

  /** The page over an overview, and all that the browser complained of, refused or asked for. */
  const open = async (overview: Overview, path = "/", options: BrowserContextOptions = WIDE) => {
    const server = await startPageServer(overview);
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => complaints.push("a dialog")));
    page.on("request", (request) => asked.push(request.url()));
    closing.push(
      () => context.close(),
      () => server.close(),
    );
    await page.goto(`${server.url}${path}`);
    return { page, server, complaints, asked };
  };

  const axe = async (page: Page): Promise<string[]> => {
    // By the debugger's way in: the page's own policy lets no script run.
    await page.evaluate(axeCore.source);
    return page.evaluate(async () => {
      // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
      const { violations } = await (globalThis as any).axe.run({ resultTypes: ["violations"] });
      return violations.flatMap(({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
      );
    });
  };

  describe.each([
    ["light", { ...WIDE, colorScheme: "light" }],
    ["dark", { ...WIDE, colorScheme: "dark" }],
    ["on a phone", { ...PHONE, colorScheme: "light" }],
    ["on a phone in the dark", { ...PHONE, colorScheme: "dark" }],
  ] as const)("%s", (_, options) => {
    it.each([
      ["a good state", aSampleOverview({ lineages: 60 }), "/?q=pull"],
      ["trouble", aSampleOverview({ lineages: 120, trouble: true }), "/?state=failing&refresh=1"],
      ["pages of tokens", aSampleOverview({ lineages: 120, trouble: true }), "/?page=2"],
      ["nothing yet", anEmptyOverview(), "/"],
      ["hostile names", aHostileOverview(), "/"],
    ])(
      "axe finds nothing in %s, the browser complains of nothing, nothing sticks out",
      async (_, overview, path) => {
        const { page, complaints, asked } = await open(overview, path, options);
        await page.evaluate(
          "for (const details of document.querySelectorAll('details')) details.open = true",
        );
        expect(await axe(page)).toEqual([]);
        expect(complaints).toEqual([]);
        expect(asked.map((url) => new URL(url).origin)).toEqual(asked.map(() => new URL(page.url()).origin));
        const [content, window] = (await page.evaluate(
          "[document.documentElement.scrollWidth, innerWidth]",
        )) as [number, number];
        expect(content).toBeLessThanOrEqual(window);
      },
    );
  });

  it("keeps hostile names inert, and shows them", async () => {
    const { page } = await open(aHostileOverview());
    await page.mouse.move(400, 400);
    expect(await page.title()).toBe("(5) Deploy tokens of gitlab.example.com");
    const text = await page.locator("body").textContent();
    expect(text).toContain(`<script>document.title="pwned"</script>`);
    expect(await page.content()).not.toMatch(/[\u202e\u200b]/);
    expect(text).toContain("\\u202egnp.lacsap\\u202c \\u200b\\u0000\\u001b[31m");
    expect(
      await page.locator("script, img, iframe, object, [onerror], [onload], [onmouseover]").count(),
    ).toBe(0);
    const links = await page
      .locator("a")
      .evaluateAll((all) => all.map((a) => (a as unknown as { href: string }).href));
    expect(links.filter((href) => !/^https?:\/\//.test(href))).toEqual([]);
  });

  it("lets no script and no style in, should one ever get past the escaping", async () => {
    const { page, complaints } = await open(aSampleOverview({ lineages: 3 }));
    await page.evaluate(`document.body.insertAdjacentHTML("beforeend",
      '<img src=x onerror="document.title=1"><p id="styled" style="color: rgb(1, 2, 3)">x</p>');
      document.head.append(Object.assign(document.createElement("script"), { textContent: "document.title = 2" }))`);
    await expect
      .poll(() => complaints.filter((text) => text.includes("Content Security Policy")).length)
      .toBeGreaterThan(1);
    expect(await page.title()).toContain("Deploy tokens");
    expect(await page.locator("#styled").evaluate("element => getComputedStyle(element).color")).not.toBe(
      "rgb(1, 2, 3)",
    );
  });

  it("works without JavaScript: search, filter, pages, way back", async () => {
    const { page } = await open(aSampleOverview({ lineages: 120, trouble: true }), "/", {
      ...WIDE,
      javaScriptEnabled: false,
    });
    const rows = page.locator("table.lineages tbody tr");
    expect(await rows.count()).toBe(50);
    await page.getByRole("link", { name: "Next" }).click();
    expect(await page.getByRole("status").textContent()).toBe("51 to 100 of 120 tokens");
    await page.getByLabel("Search").fill("payments");
    await page.getByLabel("State").selectOption("healthy");
    await page.getByRole("button", { name: "Show" }).click();
    expect(new URL(page.url()).searchParams.get("state")).toBe("healthy");
    expect(await page.getByLabel("Search").inputValue()).toBe("payments");
    const states = await rows.locator("td").first().allTextContents();
    expect(states.join()).toContain("Healthy");
    for (const text of await rows.locator("th").allTextContents()) expect(text).toContain("payments/");
    await page.getByRole("link", { name: "Clear" }).click();
    expect(await rows.count()).toBe(50);
    await page.locator("summary").last().click();
    expect(await page.locator("details[open]").count()).toBe(1);
  });

  it("can be used by keyboard alone: the first stop leads past everything to the tokens", async () => {
    const { page } = await open(aSampleOverview({ lineages: 60 }));
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the tokens");
    expect(await page.locator(".skip").boundingBox()).toMatchObject({ x: expect.any(Number) });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("q");
    await page.keyboard.type("nobody has this");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=nobody/);
    expect(await page.getByRole("status").textContent()).toBe("None of 60 tokens is like that.");
  });

  it("says what needs someone, and how far a pass is", async () => {
    const { page } = await open(aSampleOverview({ lineages: 40, trouble: true }));
    expect(await page.getByRole("heading", { level: 2 }).first().textContent()).toBe(
      "6 of 40 tokens need someone",
    );
    expect(await page.getByText("The access token that this program uses").textContent()).toContain(
      "in 6 days",
    );
    expect(await page.getByLabel(/Reading targets: 1,840 of 5,000/).getAttribute("value")).toBe("1840");
    const link = page.locator(".attention li").first().getByRole("link", { name: "GitLab" });
    expect(await link.getAttribute("href")).toMatch(
      /^https:\/\/gitlab\.example\.com\/.*\/-\/settings\/repository#js-deploy-tokens$/,
    );
  });
});
