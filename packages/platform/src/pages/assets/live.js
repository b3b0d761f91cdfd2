// Keeps a page of the phone up to date: on each event it fetches the page's own address again and puts the new content
// in place of the old, wherever the page says `data-live`. Without this script the page works by being reloaded.
const { events } = document.currentScript.dataset;
let isBusy = false;
let isStale = false;

// What stands beside the phone on a desk changes with everybody's calls, and elsewhere is not seen.
const isDesk = matchMedia("(min-width: 1000px)").matches;
const source = new EventSource(isDesk ? `${events}?desk=true` : events);
// Also after each reconnection: what happened in between is told by no event.
source.addEventListener("open", () => void renew());
source.addEventListener("change", () => void renew());
// A renewal that failed for want of a network is made up for.
addEventListener("online", () => void renew());
// A page that the browser kept and shows again is as old as when it was left.
addEventListener("pageshow", ({ persisted }) => persisted && void renew());

async function renew() {
  isStale = true;
  if (isBusy) return;
  isBusy = true;
  try {
    while (isStale) {
      isStale = false;
      await renewOnce();
    }
  } catch {
    // The platform is away. When it is back the events reconnect, and that renews.
  } finally {
    isBusy = false;
  }
}

async function renewOnce() {
  const response = await fetch(location.href, {
    headers: { accept: "text/html", "x-yici-live": "1" },
  });
  if (response.status >= 500) return;
  if (!response.ok || response.redirected) {
    source.close();
    location.reload();
    return;
  }
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    replace(part, next.getElementById(part.id));
  }
}

/**
 * Leaves alone what is the same, and the keyboard where it was.
 *
 * @param {HTMLElement} part
 * @param {HTMLElement | null} next
 */
function replace(part, next) {
  if (next === null || next.innerHTML === part.innerHTML) return;
  announce(part, next);
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceChildren(...next.childNodes);
  if (focused !== "") document.getElementById(focused)?.focus({ preventScroll: true });
}

/**
 * Says what has arrived, to those who cannot see it arrive.
 *
 * @param {HTMLElement} part
 * @param {HTMLElement} next
 */
function announce(part, next) {
  const { latest, announcement } = next.dataset;
  if (latest === undefined || latest === part.dataset.latest) return;
  part.dataset.latest = latest;
  document.getElementById("live-status").textContent = announcement;
}
