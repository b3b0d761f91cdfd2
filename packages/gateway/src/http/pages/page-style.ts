/** The style sheet of the pages that visitors see. Colours follow WeChat's own; contrast is AA in light and dark. */
export const PAGE_STYLE = `
:root{--ink:#191919;--soft:#5f5f5f;--page:#fff;--line:#e5e5e5;--green:#07c160;--go:#057a3d;--red:#d5342f;--amber:#b26a00}
@media (prefers-color-scheme:dark){:root{--ink:#e3e3e3;--soft:#a3a3a3;--page:#161616;--line:#333;--go:#3fd17e;--red:#ff6f69;--amber:#f0a83a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif}
main{display:flex;flex-direction:column;align-items:center;max-width:26rem;min-height:100vh;min-height:100dvh;margin:0 auto;padding:max(3.5rem,9vh) 1.75rem 2rem;text-align:center;overflow-wrap:anywhere}
p,h1{margin:0;text-wrap:balance}
.icon{width:4.5rem;height:4.5rem;margin-bottom:1.5rem}
.icon.good{color:var(--green)}.icon.calm{color:#9a9a9a}.icon.warn{color:var(--amber)}.icon.bad{color:var(--red)}
h1{font-size:1.45rem;line-height:1.35;font-weight:600}
h1 [lang=en]{display:block;margin-top:.15rem;font-size:.95rem;font-weight:400;color:var(--soft)}
.text{margin-top:1.15rem}
.text p{text-wrap:pretty}
.text p+p{margin-top:.5rem}
[lang=en]{font-size:.88rem;line-height:1.5;color:var(--soft)}
.action{display:block;min-width:11.5rem;margin-top:2rem;padding:.6rem 1.5rem;border-radius:.5rem;background:rgba(128,128,128,.14);color:var(--go);font-weight:600;text-decoration:none}
.action [lang=en]{display:block;font-weight:400}
.action:focus-visible{outline:3px solid var(--green);outline-offset:3px}
.qr{width:min(15.5rem,72vw);height:auto;margin-top:1.5rem;border:1px solid var(--line);border-radius:.75rem;background:#fff}
.address{margin-top:1rem;font-size:.85rem;line-height:1.5;color:var(--soft);user-select:all;-webkit-user-select:all}
.foot{margin-top:auto;padding-top:3rem;font-size:.8rem;line-height:1.5;color:var(--soft)}
.foot [lang=en]{font-size:.75rem}
.foot code{font-size:.95em}
`;
