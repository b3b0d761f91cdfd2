/**
 * The `data-testid` of everything a browser test may want to find: what stands here keeps its name.
 * What says which one of several it is stands beside it, as an attribute of its own.
 */
export const TEST_IDS = {
  // The confirm page.
  confirmPage: "confirm-page",
  accountName: "account-name",
  personName: "person-name",
  confirmButton: "confirm-button",
  cancelButton: "cancel-button",
  sandboxNote: "sandbox-note",
  // The confirm page's error page: `data-check` names the check that failed.
  errorPage: "error-page",
  errorText: "error-text",
  developerHint: "developer-hint",
  // What a browser is told when there is nothing to see for it.
  noticePage: "notice-page",
  // "Who are you?" and the phone's list of people: `data-person`.
  whoAreYouPage: "who-are-you-page",
  personChoice: "person-choice",
  // A third-party platform's authorize page: `data-appid` on a choice.
  componentLoginPage: "component-login-page",
  accountChoice: "account-choice",
  // The phone, around each of its pages: `data-person`.
  phone: "phone",
  backLink: "back-link",
  chatsTab: "chats-tab",
  accountsTab: "accounts-tab",
  meTab: "me-tab",
  liveStatus: "live-status",
  openLinkInput: "open-link-input",
  openLinkButton: "open-link-button",
  openLinkProblem: "open-link-problem",
  emptyState: "empty-state",
  // Its chat list: `data-appid` on a chat; the badge and the preview stand inside of an entry.
  chatEntry: "chat-entry",
  serviceNotificationsEntry: "service-notifications-entry",
  unreadBadge: "unread-badge",
  messagePreview: "message-preview",
  // Its accounts: `data-appid` and `data-follows`.
  accountEntry: "account-entry",
  followButton: "follow-button",
  unfollowButton: "unfollow-button",
  // The page of an account: `data-appid`; its switches: `data-refusal`, and `aria-checked` while messages arrive.
  accountLink: "account-link",
  accountPage: "account-page",
  refusalSwitch: "refusal-switch",
  // Beside the phone, where there is room: `data-appid`; `data-entry` and `data-errcode` of a call.
  developerDesk: "developer-desk",
  deskLinkInput: "desk-link-input",
  deskLinkButton: "desk-link-button",
  grants: "grants",
  journal: "journal",
  journalEntry: "journal-entry",
  journalWhy: "journal-why",
  journalTranscript: "journal-transcript",
  // The apps of the phone, and the screen of one: `data-appid`; `data-action` is what it was told.
  appEntry: "app-entry",
  appScreen: "app-screen",
  appSceneInput: "app-scene-input",
  appTemplateInput: "app-template-input",
  appReservedInput: "app-reserved-input",
  appRequestButton: "app-request-button",
  appProblem: "app-problem",
  appAnswer: "app-answer",
  appAndroidResponse: "app-android-response",
  appIosResponse: "app-ios-response",
  // A conversation: `data-conversation`; a message in it: `data-message`, `data-appid`.
  conversation: "conversation",
  messageCard: "message-card",
  messageAccount: "message-account",
  messageTitle: "message-title",
  messageContent: "message-content",
  messageTime: "message-time",
  // The 详情 line of a card that leads somewhere: `data-jump` is `url` or `miniprogram`.
  messageJump: "message-jump",
  // Where a card leads: `data-jump`, `data-message`; the link to the web page itself.
  jumpPage: "jump-page",
  jumpOpen: "jump-open",
  // The console: `data-appid` of an account, `data-section` of a form, `data-field` of a field and of its problem,
  // `data-endpoint` of a used quota.
  loginPage: "login-page",
  loginInput: "login-input",
  loginButton: "login-button",
  consoleAccount: "console-account",
  consoleSection: "console-section",
  consoleField: "console-field",
  fieldProblem: "field-problem",
  consoleSave: "console-save",
  consoleSaved: "console-saved",
  consoleUsage: "console-usage",
  // A third-party platform that acts for the account: `data-appid`.
  consoleEntrusted: "console-entrusted",
  consoleTakeBack: "console-take-back",
  journalFilter: "journal-filter",
  journalRid: "journal-rid",
  journalFilterButton: "journal-filter-button",
  journalOlder: "journal-older",
  journalNewest: "journal-newest",
} as const;
