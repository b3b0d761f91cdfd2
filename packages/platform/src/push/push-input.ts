import { type Static, Type } from "typebox";
import { closed } from "../control/fields.ts";

/** Address of the developer's server: http or https, without a query or a fragment of its own. */
export const PushUrl = Type.String({ pattern: "^https?://[\\x21-\\x7e]+$", maxLength: 1_024 });

/** What the console calls Token: 3 to 32 letters and digits. */
export const PushToken = Type.String({ pattern: "^[A-Za-z0-9]{3,32}$" });

export const EncodingAesKey = Type.String({ pattern: "^[A-Za-z0-9]{43}$" });

/** The message-push settings of an account; they are kept only when the URL passes WeChat's verification. */
export const PushInput = Type.Object(
  {
    url: PushUrl,
    token: PushToken,
    encodingAesKey: EncodingAesKey,
    /** Default `plain`. */
    mode: Type.Optional(Type.Enum(["plain", "compatible", "safe"])),
    /** Default `xml`. */
    format: Type.Optional(Type.Enum(["xml", "json"])),
    /** Pushes also what the real WeChat does not have: `yici_subscribe_msg_decided`, `yici_subscribe_msg_sent`. Default false. */
    hasExtensionEvents: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type PushInput = Static<typeof PushInput>;
