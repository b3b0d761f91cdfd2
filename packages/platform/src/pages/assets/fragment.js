// No server ever sees a fragment, so the page itself looks whether its link ends in `#wechat_redirect`, as WeChat demands of
// a link that is opened and of one that a 302 leads to. Where it is lost, WeChat's error takes the page's place. Without
// this script the page works all the same.
judge(document.getElementById("fragment-lost"));
addEventListener("hashchange", () => judge(document.getElementById("fragment-lost")));

/** @param {HTMLTemplateElement | null} lost */
function judge(lost) {
  if (lost === null || location.hash === "#wechat_redirect") return;
  document.title = lost.dataset.title;
  document.querySelector(".yici-screen").replaceChildren(lost.content.cloneNode(true));
}
