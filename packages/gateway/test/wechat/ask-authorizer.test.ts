import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccessToken, parseAppId, parseTemplateId } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import { PLAIN_ACCOUNT } from "../../src/accounts/add-account.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { buildSealContext } from "../../src/secrets/seal-context.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import type { AccountRecord, ComponentRecord, StoredToken } from "../../src/store/records.ts";
import { askToken } from "../../src/wechat/ask-token.ts";
import type {
  AuthorizerTokenCall,
  AuthorizerTokenReply,
} from "../../src/wechat/component-calls.ts";
import type { TokenGround } from "../../src/wechat/token-ground.ts";

const APPID = known(parseAppId("wxaba38c7f163da69b"));
const COMPONENT = known(parseAppId("wx00000000000000cc"));

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

function token(value: string, refreshToken = "R1"): AuthorizerTokenReply {
  const accessToken = known(parseAccessToken(value));
  return { kind: "token", accessToken, expiresInS: 7_200, refreshToken };
}

/** One account that is entrusted to a component with a ticket, and a platform that answers as it is told. */
class Scene {
  readonly world = createManualWorld();
  readonly sealer = createSealer([Buffer.alloc(32, 7)], this.world);
  readonly calls: AuthorizerTokenCall[] = [];
  readonly replaced: AccountRecord[] = [];
  componentCallCount = 0;
  componentToken: StoredToken | undefined;
  component: ComponentRecord | undefined;
  readonly #replies: AuthorizerTokenReply[];

  constructor(...replies: AuthorizerTokenReply[]) {
    this.#replies = replies;
    const seal = (text: string, thing: "app_secret" | "ticket"): string =>
      this.sealer.seal(text, buildSealContext(thing, COMPONENT));
    this.component = {
      appid: COMPONENT,
      platform: { kind: "real" },
      sealedSecret: seal("secret", "app_secret"),
      sealedPushToken: "",
      sealedPushKey: "",
      sealedTicket: seal("ticket", "ticket"),
      createdAt: 0,
    };
  }

  ask(): ReturnType<typeof askToken> {
    return askToken(this.#buildGround(), { appid: APPID, refusedHash: undefined, isForced: false });
  }

  openRefreshToken(account: AccountRecord): string {
    assert.ok(account.tokenOrigin.kind === "authorizer");
    const { sealedRefreshToken } = account.tokenOrigin;
    return this.sealer.open(sealedRefreshToken, buildSealContext("refresh_token", APPID));
  }

  #buildGround(): TokenGround {
    const unused = (): Promise<never> => Promise.reject(new Error("not this one"));
    return {
      world: this.world,
      sealer: this.sealer,
      policy: RETRY_POLICY,
      signal: new AbortController().signal,
      client: {
        askToken: unused,
        askTokenService: unused,
        askComponentToken: async () => {
          this.componentCallCount += 1;
          const accessToken = known(parseAccessToken(`C${this.componentCallCount}`));
          return { kind: "token", accessToken, expiresInS: 7_200 };
        },
        askAuthorizerToken: async (call) => {
          this.calls.push(call);
          return known(this.#replies.shift());
        },
      },
      store: {
        findAccount: async () => this.#buildAccount(),
        findPause: async () => undefined,
        pauseAccount: unused,
        claimToken: unused,
        findComponent: async () => this.component,
        findToken: async () => this.componentToken,
        replaceToken: async (_appid, expected, sealed, expiresAt) =>
          (this.componentToken = { version: expected + 1, sealed, expiresAt }),
        replaceAccount: async (account) => this.replaced.push(account) > 0,
      },
    };
  }

  #buildAccount(): AccountRecord {
    const sealedRefreshToken = this.sealer.seal("R1", buildSealContext("refresh_token", APPID));
    return {
      ...PLAIN_ACCOUNT,
      appid: APPID,
      code: "ab12",
      name: "Merchant",
      kind: "official_account",
      templateId: known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc")),
      publicUrl: "https://shop.example",
      platform: { kind: "real" },
      sealedSecret: undefined,
      tokenOrigin: { kind: "authorizer", componentAppid: COMPONENT, sealedRefreshToken },
      isDemo: false,
      createdAt: 0,
    };
  }
}

test("a merchant's token is asked for with the component's, which is kept for the next time", async () => {
  const scene = new Scene(token("A1"), token("A2"));

  const first = await scene.ask();
  const second = await scene.ask();

  assert.ok(first.kind === "fresh" && second.kind === "fresh");
  assert.deepEqual([first.value, first.lifeMs, second.value], ["A1", 7_200_000, "A2"]);
  assert.deepEqual(
    scene.calls.map(({ componentToken, refreshToken }) => [componentToken, refreshToken]),
    [
      ["C1", "R1"],
      ["C1", "R1"],
    ],
  );
  assert.equal(scene.componentCallCount, 1);
});

test("a refresh token that the platform replaced is kept, sealed; one that it repeats is not written", async () => {
  const scene = new Scene(token("A1", "R1"), token("A2", "R2"));

  await scene.ask();
  const writtenBefore = scene.replaced.length;
  await scene.ask();

  assert.equal(writtenBefore, 0);
  assert.deepEqual(
    scene.replaced.map((account) => scene.openRefreshToken(account)),
    ["R2"],
  );
});

test("a component's token that is refused is replaced once", async () => {
  const refused = { kind: "refused", errcode: 42001, errmsg: "expired" } as const;
  const scene = new Scene(refused, token("A1"));

  const answer = await scene.ask();

  assert.equal(answer.kind, "fresh");
  assert.deepEqual(
    scene.calls.map(({ componentToken }) => componentToken),
    ["C1", "C2"],
  );
});

test("a refresh token that is refused blames the account", async () => {
  const scene = new Scene({ kind: "refused", errcode: 61023, errmsg: "refresh_token is invalid" });

  const answer = await scene.ask();

  assert.ok(answer.kind === "blamed");
  assert.equal(answer.pause.reason, "authorization_missing");
});

test("a ticket that has not come yet is waited for and blames nobody; a component that is unknown does", async () => {
  const waiting = new Scene();
  waiting.component = { ...known(waiting.component), sealedTicket: undefined };
  const unknown = new Scene();
  unknown.component = undefined;

  const answers = [await waiting.ask(), await unknown.ask()];

  assert.deepEqual(answers[0], { kind: "failed", reason: "ticket_missing" });
  assert.ok(answers[1]?.kind === "blamed");
  assert.equal(answers[1].pause.reason, "component_missing");
});
