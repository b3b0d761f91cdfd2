import type { Page } from "playwright-core";

/**
 * What makes a page wider than its screen, as the beginnings of HTML tags: parts that reach past its sides, and parts
 * that scroll sideways.
 */
export async function listOverflows(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(FIND);
}

const FIND = `[...document.querySelectorAll("*")].filter((part) => {
  const { left, right, width } = part.getBoundingClientRect();
  const reachesOut = width > 0 && (left < -0.5 || right > innerWidth + 0.5);
  const scrolls = part.scrollWidth > part.clientWidth && /auto|scroll/.test(getComputedStyle(part).overflowX);
  const isPage = part === document.documentElement && part.scrollWidth > innerWidth;
  return reachesOut || scrolls || isPage;
}).map((part) => part.cloneNode().outerHTML)`;
