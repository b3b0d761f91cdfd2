/** Whether the platform answers a code by the state of things, and what shows it. */
export type ErrcodeProof =
  | {
      /** Each a test's file and, behind a colon, its name. */
      readonly tests: readonly [string, ...string[]];
    }
  | {
      /** Why it never comes by state; a fault can still be told to answer it. */
      readonly never: string;
    };

const PLATFORM = "packages/platform/test";
const SEND = `${PLATFORM}/send.test.ts`;
const SEND_STATES = `${PLATFORM}/send-states.test.ts`;
const TOKENS = `${PLATFORM}/tokens.test.ts`;
const TOKEN_STATES = `${PLATFORM}/token-states.test.ts`;
const READINGS = `${PLATFORM}/readings.test.ts`;
const RID = `${PLATFORM}/rid.test.ts`;
const QUOTAS = `${PLATFORM}/quotas.test.ts`;
const CALLBACK_CHECK = `${PLATFORM}/callback-check.test.ts`;
const OAUTH = `${PLATFORM}/oauth.test.ts`;
const COMPONENT = `${PLATFORM}/component.test.ts`;

const ADMINISTRATOR = "an administrator's approval of an address is not played";
const OTHER_FEATURE = "belongs to 订阅通知, template messages or mini-programs";

function state(name: string): string {
  return `${SEND_STATES}: nothing is sent, and no grant spent, while ${name}`;
}

function noToken(name: string): string {
  return `${TOKEN_STATES}: neither call gives a token while ${name}`;
}

const EXCHANGE = `${OAUTH}: an exchange is refused by the code that the facts name for what is wrong`;

/** Every code of `ERRCODES`. `docs/reference/errcodes.md` is generated from it; tests see that none is missing or misnamed. */
export const ERRCODE_PROOFS: Readonly<Record<number, ErrcodeProof>> = {
  [-1]: {
    tests: [
      `${PLATFORM}/faults.test.ts: an errcode fault after processing answers -1 although the message was delivered`,
    ],
  },
  0: {
    tests: [
      `${SEND}: a message is answered as WeChat answers: its header, its compact JSON, no message id`,
      "tests/wire/platform.test.ts: a running platform takes a body or refuses it: wechatpy: url null when absent, scene as a number",
    ],
  },
  40001: {
    tests: [
      `${TOKENS}: after another token call the token before works for five minutes more`,
      `${TOKENS}: a forced refresh ends the stable token before it at once`,
      `${OAUTH}: the token of an exchange is the person's: a send with it gets 40001, and the grant stays`,
      `${TOKENS}: neither call gives a token for another account's secret: 40001`,
    ],
  },
  40002: { tests: [`${TOKENS}: neither call gives a token for another grant_type: 40002`] },
  40003: {
    tests: [
      `${SEND}: a message is refused when touser is nobody's: 40003`,
      `${SEND}: the journal tells that a touser is another account's`,
    ],
  },
  40013: {
    tests: [
      `${SEND}: a message is refused when the mini-program is another's: 40013`,
      `${TOKENS}: neither call gives a token for an appid of nobody: 40013`,
    ],
  },
  40014: {
    tests: [
      `${TOKENS}: what was never a token is 40014, a token nobody issued 40001, no token 41001`,
    ],
  },
  40029: { tests: [EXCHANGE] },
  40036: { never: "a template id of another length is another template id: 40037" },
  40037: { tests: [`${SEND}: a message is refused when template_id is another: 40037`] },
  40039: { tests: [`${SEND_STATES}: a url may be as long as we allow, and no longer: 40039`] },
  40048: { never: "nothing tells it from 40066 and 45082" },
  40062: { tests: [`${SEND}: a message is refused when title has 16 characters: 40062`] },
  40066: { tests: [`${SEND}: a message is refused when url is no web address: 40066`] },
  40097: { tests: [`${SEND}: a message is refused when scene is too large: 40097`] },
  40125: { tests: [`${TOKENS}: neither call gives a token for a wrong secret: 40125`] },
  40163: { tests: [`${OAUTH}: a code is good for once: the second exchange gets 40163`] },
  40164: { tests: [noToken("the caller is not on the whitelist: 40164")] },
  40165: { tests: [`${SEND}: a message is refused when the pagepath has a space: 40165`] },
  40166: { tests: [`${SEND}: a message is refused when the mini-program has no appid: 40166`] },
  40201: { tests: [`${CALLBACK_CHECK}: without a URL there is nothing to check: 40201`] },
  40202: { tests: [`${CALLBACK_CHECK}: an unknown action is refused: 40202`] },
  40203: { tests: [`${CALLBACK_CHECK}: an unknown operator is refused: 40203`] },
  40226: { never: OTHER_FEATURE },
  40243: { tests: [noToken("the secret is frozen: 40243")] },
  40249: { never: OTHER_FEATURE },
  40250: { never: OTHER_FEATURE },
  40251: { never: OTHER_FEATURE },
  40252: { never: OTHER_FEATURE },
  41001: {
    tests: [
      `${TOKENS}: what was never a token is 40014, a token nobody issued 40001, no token 41001`,
    ],
  },
  41002: { tests: [`${TOKENS}: neither call gives a token for no appid: 41002`] },
  41004: { tests: [`${TOKENS}: neither call gives a token for no secret: 41004`] },
  41008: { tests: [EXCHANGE] },
  41009: { never: "a missing touser is answered 40003, the code of the endpoint's own table" },
  41018: { tests: [`${COMPONENT}: each mistake of a component has its own errcode`] },
  41028: { never: OTHER_FEATURE },
  41030: { never: OTHER_FEATURE },
  42001: { tests: [`${TOKENS}: a token expires after two hours: 42001`] },
  42003: {
    tests: [`${OAUTH}: a code is good for five minutes, and not at the instant they are over`],
  },
  43001: { tests: [`${TOKENS}: each token call has its method, and stable_token a body`] },
  43002: {
    tests: [
      `${SEND}: with everything wrong at once, the checks speak in the documented order`,
      `${TOKENS}: each token call has its method, and stable_token a body`,
    ],
  },
  43003: {
    tests: [
      `${PLATFORM}/strict.test.ts: a strict platform answers API calls by https alone: a plain one gets 43003, and the journal says why`,
    ],
  },
  43004: { never: "nobody has to follow for this capability" },
  43019: {
    tests: [`${SEND_STATES}: read so, a send to somebody who blocks the account is answered 43019`],
  },
  43101: {
    tests: [
      `${SEND}: the journal tells why there is no grant: never confirmed, and which scenes are`,
      `${SEND}: the journal tells why there is no grant: when it was spent, and by which message`,
      `${PLATFORM}/grants.test.ts: each scene has a grant of its own`,
      state("the person refuses this kind of message in WeChat's settings: 43101"),
      `${READINGS}: cancelling revokes an unused grant where it is read so, and confirming again opens another`,
      `${READINGS}: a grant that lives seven days is good until they are over, and not at that instant`,
    ],
  },
  43116: { never: OTHER_FEATURE },
  44002: {
    tests: [
      `${SEND}: with everything wrong at once, the checks speak in the documented order`,
      `${TOKENS}: each token call has its method, and stable_token a body`,
    ],
  },
  45002: {
    tests: [
      `${SEND}: a message is refused when content has 201 characters: 45002`,
      `${SEND}: a body that is longer than any message is refused before it is read to its end`,
    ],
  },
  45003: { never: "a title that is too long has a code of its own: 40062" },
  45009: {
    tests: [
      state("the day's quota is used up: 45009"),
      `${SEND}: a quota counts what was answered 0, by the day of UTC+8`,
      noToken("the day's quota is used up: 45009"),
      `${TOKENS}: a refresh can be forced twenty times a day of UTC+8`,
    ],
  },
  45011: {
    tests: [
      state("the minute's quota is used up: 45011"),
      `${SEND_STATES}: a minute's quota counts what was answered 0, and begins anew with the next minute`,
      noToken("the minute's quota is used up: 45011"),
    ],
  },
  45035: { never: "an address that is not registered is answered 40164" },
  45082: {
    tests: [
      state("the url's domain has no ICP filing: 45082"),
      `${SEND_STATES}: a strict platform knows of no ICP filing for this machine or an IP address: 45082`,
    ],
  },
  47001: {
    tests: [
      `${SEND}: with everything wrong at once, the checks speak in the documented order`,
      `${TOKENS}: each token call has its method, and stable_token a body`,
    ],
  },
  47002: { never: "escaped JSON is accepted, as clients send it" },
  47003: {
    tests: [`${READINGS}: a missing or empty content is accepted, or refused where it is read so`],
  },
  48001: {
    tests: [
      "tests/flow/send-refusals.test.ts: WeChat's side refuses to send and spends nothing › an account that is not certified: 48001",
      `${SEND_STATES}: a strict platform sends nothing for a test account, which WeChat does not either: 48001`,
    ],
  },
  48002: { tests: [state("the person blocks the account: 48002")] },
  48004: { tests: [state("the account lost the capability for violations: 48004")] },
  48006: {
    tests: [
      `${QUOTAS}: clear_quota and v2 have ten a month of UTC+8 together, which clearing does not give back: 48006`,
    ],
  },
  48008: { never: OTHER_FEATURE },
  48017: { never: "no address of this platform is retired" },
  49003: { never: "another account's openid is answered 40003" },
  50002: {
    tests: [state("the account is frozen: 50002"), state("the account is restricted: 50002")],
  },
  50004: { tests: [noToken("the account is restricted: 50004")] },
  50005: { never: "nobody has to follow for this capability" },
  50007: { tests: [noToken("the account is frozen: 50007")] },
  61003: {
    tests: [
      `${COMPONENT}: from ticket to message: a merchant authorizes, its platform sends, and no longer once that is taken back`,
    ],
  },
  61004: { tests: [`${COMPONENT}: a component calls from the addresses on its whitelist alone`] },
  61005: { tests: [`${COMPONENT}: tickets, codes and tokens of a component expire`] },
  61006: { tests: [`${COMPONENT}: each mistake of a component has its own errcode`] },
  61007: {
    tests: [
      `${COMPONENT}: without permission set 7 an authorizer's token does not send, and with it does`,
    ],
  },
  61023: { tests: [`${COMPONENT}: each mistake of a component has its own errcode`] },
  76001: { tests: [`${RID}: a rid that no refusal had is not found: 76001`] },
  76002: { tests: [`${RID}: an empty rid is not formed like one: 76002`] },
  76003: {
    tests: [
      `${RID}: a rid is told to its own account alone, and to nobody when nobody made the call: 76003`,
    ],
  },
  76004: { tests: [`${RID}: a rid can be looked up for seven days and no longer: 76004`] },
  76021: {
    tests: [`${QUOTAS}: a quota of /cgi-bin/message/nothing is neither told nor cleared: 76021`],
  },
  76022: {
    tests: [`${QUOTAS}: a quota of /sns/oauth2/access_token is neither told nor cleared: 76022`],
  },
  89501: { never: ADMINISTRATOR },
  89503: { never: ADMINISTRATOR },
  89506: { never: ADMINISTRATOR },
  89507: { never: ADMINISTRATOR },
  200013: { never: OTHER_FEATURE },
};
