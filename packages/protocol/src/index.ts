export {
  buildStableTokenBody,
  buildTokenQuery,
  buildTokenReply,
  parseStableTokenBody,
  parseTokenQuery,
  parseTokenReply,
  STABLE_TOKEN_PATH,
  TOKEN_GRANT_TYPE,
  TOKEN_PATH,
} from "./access-token.ts";
export type {
  LenientTokenFields,
  ParsedStableTokenBody,
  ParsedTokenReply,
  StableTokenRequest,
} from "./access-token.ts";
export {
  AUTHORIZE_ORIGIN,
  AUTHORIZE_PATH,
  buildAuthorizeLink,
  parseAuthorizeLink,
  parseAuthorizeQuery,
  REDIRECT_URL_MAX,
} from "./authorize-link.ts";
export type { AuthorizeParameters, AuthorizeRequest } from "./authorize-link.ts";
export { addQuery, buildCallbackLocation, CALLBACK_QUERY_MAX, parseCallback } from "./callback.ts";
export type {
  CallbackAction,
  CallbackContent,
  CallbackParameters,
  RefusedQuery,
} from "./callback.ts";
export {
  AUTHORIZER_TOKEN_PATH,
  buildAuthorizerTokenBody,
  buildComponentTokenBody,
  COMPONENT_TOKEN_PATH,
  parseAuthorizerTokenReply,
  parseComponentTokenReply,
  parseEncryptedPush,
  parseTicketPush,
} from "./component-token.ts";
export type {
  AuthorizerTokenRequest,
  ComponentTokenRequest,
  ParsedAuthorizerTokenReply,
} from "./component-token.ts";
export { findErrcode, judgeErrcode } from "./errcode.ts";
export type { Judgement } from "./errcode.ts";
export { ERRCODES } from "./errcode-table.ts";
export type { ErrcodeEvidence, ErrcodeFact, Fault } from "./errcode-table.ts";
export {
  ArgumentError,
  ConfigError,
  ERROR_CODES,
  StoreError,
  TransportError,
  YiciError,
} from "./errors.ts";
export type { ArgumentErrorCode, BilingualText, ConfigIssue } from "./errors.ts";
export {
  parseAccessToken,
  parseAppId,
  parseOpenId,
  parseScene,
  parseTemplateId,
  SCENE_MAX,
} from "./identifiers.ts";
export type { AccessToken, AppId, EpochMs, OpenId, Scene, TemplateId } from "./identifiers.ts";
export { parseJsonObject, readText } from "./json.ts";
export type { JsonObject } from "./json.ts";
export { createMac } from "./mac.ts";
export { CONTENT_MAX, countCharacters, JUMP_MAX, TITLE_MAX, validateMessage } from "./message.ts";
export type { MessageContent, MessageIssue } from "./message.ts";
export { decryptPush, encryptPush, signPush, verifyPush } from "./push.ts";
export type { DecryptedPush, PushCipher, SignedPush } from "./push.ts";
export { buildQuotaBody, parseQuotaReply, QUOTA_PATH } from "./quota.ts";
export type { ParsedQuotaReply } from "./quota.ts";
export {
  buildErrmsg,
  buildReply,
  buildRid,
  isRid,
  parseReply,
  REPLY_CONTENT_TYPE,
} from "./reply.ts";
export type { ParsedReply } from "./reply.ts";
export {
  hashBrowser,
  hashTemplate,
  RESERVED_LENGTH,
  RESERVED_LIFE_MS,
  RESERVED_SKEW_MS,
  signReserved,
  verifyReserved,
} from "./reserved.ts";
export type {
  ReservedClaims,
  ReservedKeys,
  ReservedSource,
  ReservedVerdict,
  VerifiedClaims,
} from "./reserved.ts";
export { buildSendBody, parseSendBody, SEND_PATH } from "./send.ts";
export type { LenientSendFields, ParsedSendBody, SendRequest } from "./send.ts";
export { verifyCallback } from "./verify-callback.ts";
export type {
  CallbackExpectation,
  ConfirmedCallback,
  DeclinedCallback,
  RefusedCallback,
  RefusedReason,
} from "./verify-callback.ts";
