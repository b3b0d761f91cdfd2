import type { ConsoleField } from "./console-field.ts";

export const ACCOUNT_FIELDS: readonly ConsoleField[] = [
  {
    name: "name",
    label: { zh: "名称", en: "Name" },
    rule: { zh: "1 到 64 个字符", en: "1 to 64 characters" },
    control: { kind: "line" },
  },
  {
    name: "kind",
    label: { zh: "类型", en: "Kind" },
    rule: { zh: "真实平台上测试号没有这项能力", en: "Real test accounts lack this capability" },
    control: {
      kind: "choice",
      options: [
        ["service", "服务号 Service account"],
        ["subscription", "公众号（订阅号） Subscription account"],
        ["mobile_app", "移动应用 Mobile app"],
        ["test", "测试号 Test account"],
      ],
    },
  },
  {
    name: "isCertified",
    label: { zh: "已认证", en: "Certified" },
    rule: { zh: "未认证的账号没有权限", en: "Without certification there is no permission" },
    control: { kind: "check" },
  },
  {
    name: "standing",
    label: { zh: "状态", en: "Standing" },
    rule: { zh: "封禁后接口返回相应错误码", en: "Anything but good is answered with its errcode" },
    control: {
      kind: "choice",
      options: [
        ["good", "正常 Good"],
        ["capability_blocked", "能力被封禁 Capability blocked"],
        ["restricted", "受限 Restricted"],
        ["frozen", "冻结 Frozen"],
      ],
    },
  },
  {
    name: "isSecretFrozen",
    label: { zh: "AppSecret 已冻结", en: "AppSecret frozen" },
    rule: { zh: "冻结后换不到 access_token", en: "A frozen secret gives no token" },
    control: { kind: "check" },
  },
];

export const DOMAIN_FIELDS: readonly ConsoleField[] = [
  {
    name: "businessDomains",
    label: { zh: "业务域名", en: "Business domains" },
    rule: {
      zh: "每行一个，不带协议、端口和路径；redirect_url 必须在其中",
      en: "One a line, without scheme, port or path; redirect_url must be on one of them",
    },
    control: { kind: "lines" },
  },
  {
    name: "oauthDomains",
    label: { zh: "网页授权域名", en: "OAuth domains" },
    rule: { zh: "每行一个，redirect_uri 用", en: "One a line, for redirect_uri" },
    control: { kind: "lines" },
  },
  {
    name: "fileName",
    label: { zh: "校验文件名", en: "Verification file" },
    rule: { zh: "MP_verify_….txt；留空则不校验", en: "MP_verify_….txt; empty asks for none" },
    control: { kind: "line" },
    at: /^\/domainVerification(\/fileName)?$/,
  },
  {
    name: "content",
    label: { zh: "校验文件内容", en: "Its content" },
    rule: { zh: "1 到 1024 个字符", en: "1 to 1024 characters" },
    control: { kind: "line" },
    at: /^\/domainVerification\/content$/,
  },
  {
    name: "port",
    label: { zh: "校验端口", en: "Its port" },
    rule: { zh: "仅沙箱；留空为默认端口", en: "In a sandbox alone; empty means the usual ones" },
    control: { kind: "line" },
    at: /^\/domainVerification\/port$/,
  },
];

export const PERMISSION_FIELDS: readonly ConsoleField[] = [
  {
    name: "templateId",
    label: { zh: "一次性订阅消息模板 ID", en: "Template id" },
    rule: {
      zh: "每个账号只有一个；订阅通知和模板消息的 ID 不能用",
      en: "An account has one; ids of other message kinds do not work",
    },
    control: { kind: "line" },
  },
  {
    name: "perDay",
    label: { zh: "每日额度", en: "Daily quota" },
    rule: { zh: "整数；留空为平台默认", en: "An integer; empty means the platform’s own" },
    control: { kind: "line" },
    at: /^\/quotas\/\d+\/perDay$/,
  },
  {
    name: "perMinute",
    label: { zh: "每分钟额度", en: "Quota a minute" },
    rule: { zh: "整数；留空为平台默认", en: "An integer; empty means the platform’s own" },
    control: { kind: "line" },
    at: /^\/quotas\/\d+\/perMinute$/,
  },
];

export const WHITELIST_FIELDS: readonly ConsoleField[] = [
  {
    name: "ipWhitelist",
    label: { zh: "可获取 access_token 的 IP", en: "Addresses that may get a token" },
    rule: {
      zh: "每行一个 IP 或网段，如 203.0.113.0/24；留空不限制。名单外返回 40164",
      en: "One address or range a line; empty lets everybody. Others are answered 40164",
    },
    control: { kind: "lines" },
  },
];

export const PUSH_FIELDS: readonly ConsoleField[] = [
  {
    name: "url",
    label: { zh: "服务器地址", en: "URL" },
    rule: {
      zh: "保存时会向它发起验证；留空则停用推送",
      en: "It is verified before it is saved; empty stops the push",
    },
    control: { kind: "line" },
  },
  {
    name: "token",
    label: { zh: "令牌", en: "Token" },
    rule: { zh: "3 到 32 个字母和数字", en: "3 to 32 letters and digits" },
    control: { kind: "line" },
  },
  {
    name: "encodingAesKey",
    label: { zh: "消息加解密密钥", en: "EncodingAESKey" },
    rule: { zh: "43 个字母和数字", en: "43 letters and digits" },
    control: { kind: "line" },
  },
  {
    name: "mode",
    label: { zh: "加解密方式", en: "Mode" },
    rule: { zh: "安全模式只推送密文", en: "Safe pushes ciphertext alone" },
    control: {
      kind: "choice",
      options: [
        ["plain", "明文模式 Plain"],
        ["compatible", "兼容模式 Compatible"],
        ["safe", "安全模式 Safe"],
      ],
    },
  },
  {
    name: "format",
    label: { zh: "数据格式", en: "Format" },
    rule: { zh: "事件以此格式推送", en: "In which events are pushed" },
    control: {
      kind: "choice",
      options: [
        ["xml", "XML"],
        ["json", "JSON"],
      ],
    },
  },
];
