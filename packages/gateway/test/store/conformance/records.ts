import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAppId, parseScene } from "@yici/protocol";
import {
  ANN,
  APPID,
  buildAccount,
  known,
  LedgerScene,
  OTHER_APPID,
  refusal,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

const THIRD_APPID = known(parseAppId("wx0000000000000003"));

/** Tokens, and what operators configure. */
export function testRecords(engine: StoreEngine): void {
  describe("tokens", () => {
    test("a fresh token is stored unless another version is there", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store } = scene;
      const none = await store.findToken(APPID);

      const first = await store.replaceToken(APPID, 0, "one", 100);
      const late = await store.replaceToken(APPID, 0, "late", 200);
      const second = await store.replaceToken(APPID, 1, "two", 300);

      assert.equal(none, undefined);
      assert.deepEqual(first, { version: 1, sealed: "one", expiresAt: 100 });
      assert.deepEqual(late, first);
      assert.deepEqual(second, { version: 2, sealed: "two", expiresAt: 300 });
      assert.deepEqual(await store.findToken(APPID), second);
      assert.equal(await store.findToken(OTHER_APPID), undefined);
    });

    test("of twenty tokens at once for one version exactly one is stored, and all are told which", async () => {
      await using scene = await LedgerScene.open(engine);
      const asked = Array.from({ length: 20 }, (_, index) =>
        scene.store.replaceToken(APPID, 0, `sealed ${index}`, index),
      );

      const answers = await Promise.all(asked);

      const stored = known(await scene.store.findToken(APPID));
      assert.ok(answers.every((answer) => answer.sealed === stored.sealed && answer.version === 1));
    });
  });

  describe("claims to ask for a token", () => {
    const claim = { version: 0, by: "one", now: 1_000, until: 2_000 };

    test("of many that want the first token one may ask, and may claim again", async () => {
      await using scene = await LedgerScene.open(engine);

      const claims = await Promise.all(
        ["one", "two", "three"].map((by) => scene.store.claimToken(APPID, { ...claim, by })),
      );
      const again = await scene.store.claimToken(APPID, {
        ...claim,
        by: known(["one", "two", "three"][claims.indexOf(true)]),
      });

      assert.equal(claims.filter((isMine) => isMine).length, 1);
      assert.equal(again, true);
      assert.equal(await scene.store.findToken(APPID), undefined);
    });

    test("ends when its time is over, and with the next token", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store } = scene;
      await store.claimToken(APPID, claim);

      const early = await store.claimToken(APPID, { ...claim, by: "two", now: 1_999 });
      const late = await store.claimToken(APPID, { ...claim, by: "two", now: 2_000, until: 9_000 });
      await store.replaceToken(APPID, 0, "sealed", 5);
      const next = await store.claimToken(APPID, { ...claim, by: "three", version: 1 });

      assert.deepEqual([early, late, next], [false, true, true]);
    });

    test("is not granted to who knows an older token than the last", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.store.replaceToken(APPID, 0, "sealed", 5);

      assert.equal(await scene.store.claimToken(APPID, claim), false);
      assert.equal(await scene.store.claimToken(APPID, { ...claim, version: 1 }), true);
    });

    test("leaves the token that is there as it is", async () => {
      await using scene = await LedgerScene.open(engine);
      const stored = await scene.store.replaceToken(APPID, 0, "sealed", 5);

      await scene.store.claimToken(APPID, { ...claim, version: 1 });

      assert.deepEqual(await scene.store.findToken(APPID), stored);
      assert.equal((await scene.store.replaceToken(APPID, 1, "next", 6)).version, 2);
    });
  });

  describe("records", () => {
    test("an account is found as it was put, by appid and by code", async () => {
      await using scene = await LedgerScene.open(engine);
      const account = {
        ...buildAccount(THIRD_APPID, "cccc"),
        platform: { kind: "sandbox", apiUrl: "http://api", pageUrl: "http://page" },
        sealedSecret: "sealed",
        tokenOrigin: { kind: "external", url: "http://tokens", sealedBearer: "sealed too" },
        verificationFile: { name: "MP_verify_x.txt", content: "x" },
        limits: { perSecond: 7, inFlight: 3 },
        isDemo: true,
        createdAt: 2,
      } as const;

      const isAdded = await scene.store.addAccount(account);

      assert.equal(isAdded, true);
      assert.deepEqual(await scene.store.findAccount(THIRD_APPID), account);
      assert.deepEqual(await scene.store.findAccountByCode("cccc"), account);
      assert.equal((await scene.store.listAccounts()).length, 3);
      assert.equal(await scene.store.findAccountByCode("dddd"), undefined);
    });

    test("an appid or a code that is taken is not taken again", async () => {
      await using scene = await LedgerScene.open(engine);

      const sameAppid = await scene.store.addAccount(buildAccount(APPID, "cccc"));
      const sameCode = await scene.store.addAccount(buildAccount(THIRD_APPID, "aaaa"));

      assert.equal(sameAppid, false);
      assert.equal(sameCode, false);
      assert.equal((await scene.store.listAccounts()).length, 2);
    });

    test("replacing an account leaves its pause in force", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", refusal(48001));
      const account = { ...buildAccount(APPID, "aaaa"), name: "New name" };

      const isReplaced = await scene.store.replaceAccount(account);
      const isUnknownReplaced = await scene.store.replaceAccount(buildAccount(THIRD_APPID, "cccc"));

      assert.equal(isReplaced, true);
      assert.equal(isUnknownReplaced, false);
      assert.deepEqual(await scene.store.findAccount(APPID), account);
      assert.equal(known(await scene.store.findPause(APPID)).reason, "api_unauthorized");
    });

    test("an account that was found by its code and then replaced is found as it is now", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store } = scene;
      await Promise.all([store.findAccountByCode("aaaa"), store.findAccountByCode("bbbb")]);
      const renamed = { ...buildAccount(APPID, "aaaa"), name: "New name" };
      const moved = buildAccount(OTHER_APPID, "cccc");

      await Promise.all([store.replaceAccount(renamed), store.replaceAccount(moved)]);

      assert.deepEqual(await store.findAccountByCode("aaaa"), renamed);
      assert.equal(await store.findAccountByCode("bbbb"), undefined);
      assert.deepEqual(await store.findAccountByCode("cccc"), moved);
    });

    test("links belong to their account", async () => {
      await using scene = await LedgerScene.open(engine);
      const scene7 = known(parseScene(7));
      const link = {
        appid: APPID,
        linkId: "aaaa0000000001",
        scene: scene7,
        title: "t",
        createdAt: 1,
      };

      await scene.store.addLink(link);

      assert.deepEqual(await scene.store.findLink(APPID, link.linkId), link);
      assert.deepEqual(await scene.store.listLinks(APPID), [link]);
      assert.equal(await scene.store.findLink(OTHER_APPID, link.linkId), undefined);
      assert.deepEqual(await scene.store.listLinks(OTHER_APPID), []);
      await assert.rejects(scene.store.addLink(link));
    });

    test("a third-party platform is replaced, and the ticket it was given stays", async () => {
      await using scene = await LedgerScene.open(engine);
      const component = {
        appid: APPID,
        platform: { kind: "real" },
        sealedSecret: "s1",
        sealedPushToken: "t1",
        sealedPushKey: "k1",
        createdAt: 7,
      } as const;
      await scene.store.putComponent(component);
      const fresh = await scene.store.findComponent(APPID);

      await scene.store.saveTicket(APPID, "ticket");
      await scene.store.putComponent({ ...component, sealedSecret: "s2" });

      const replaced = { ...component, sealedSecret: "s2", sealedTicket: "ticket" };
      assert.deepEqual(fresh, { ...component, sealedTicket: undefined });
      assert.deepEqual(await scene.store.findComponent(APPID), replaced);
      assert.deepEqual(await scene.store.listComponents(), [replaced]);
      assert.equal(await scene.store.findComponent(OTHER_APPID), undefined);
    });

    test("a key is found by its hash and revoked once", async () => {
      await using scene = await LedgerScene.open(engine);
      const key = {
        keyId: "k1",
        hash: "h1",
        principal: "shop",
        rights: ["lend_token"],
        createdAt: 1,
        revokedAt: undefined,
      } as const;
      await scene.store.addKey(key);

      const revoked = await scene.store.revokeKey("k1", 5);
      const again = await scene.store.revokeKey("k1", 6);

      assert.deepEqual([revoked, again], [true, false]);
      assert.deepEqual(await scene.store.findKeyByHash("h1"), { ...key, revokedAt: 5 });
      assert.equal(await scene.store.findKeyByHash("h2"), undefined);
      assert.deepEqual(await scene.store.listKeys(), [{ ...key, revokedAt: 5 }]);
    });

    test("a setting is what was put last", async () => {
      await using scene = await LedgerScene.open(engine);
      const none = await scene.store.findSetting("fingerprint");

      await scene.store.putSetting("fingerprint", "one");
      await scene.store.putSetting("fingerprint", "two");

      assert.equal(none, undefined);
      assert.equal(await scene.store.findSetting("fingerprint"), "two");
    });
  });
}
