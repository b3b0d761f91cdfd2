import { html, type Html } from "@yici/runtime";
import { TEST_IDS } from "../pages/test-ids.ts";
import { phonePath } from "./phone-path.ts";
import type { PhoneAccount, PhonePerson } from "./phone-source.ts";

/** Whom a person follows or leaves, and the page on which that is offered and to which it leads back. */
export interface FollowView {
  readonly account: PhoneAccount;
  readonly person: PhonePerson;
  readonly page: "accounts" | "account";
}

/** One button that follows an account, or leaves it. Posts the fields `appid`, `follows` and `page`. */
export function renderFollowForm({ account: { appid, name }, person, page }: FollowView): Html {
  return html`<form method="post" action="${phonePath(person.id, "follows")}">
    <input type="hidden" name="appid" value="${appid}" />
    <input type="hidden" name="page" value="${page}" />
    ${person.follows.includes(appid) ? renderUnfollow(appid, name) : renderFollow(appid, name)}
  </form>`;
}

function renderFollow(appid: string, name: string): Html {
  return html`<button
    class="weui-btn weui-btn_mini weui-btn_primary"
    id="follow-${appid}"
    type="submit"
    name="follows"
    value="true"
    aria-label="关注 ${name}"
    data-testid="${TEST_IDS.followButton}"
  >
    关注 <span class="yici-en" lang="en">Follow</span>
  </button>`;
}

function renderUnfollow(appid: string, name: string): Html {
  return html`<button
    class="weui-btn weui-btn_mini weui-btn_default"
    id="follow-${appid}"
    type="submit"
    name="follows"
    value="false"
    aria-label="取消关注 ${name}"
    data-testid="${TEST_IDS.unfollowButton}"
  >
    取消关注 <span class="yici-en" lang="en">Unfollow</span>
  </button>`;
}
