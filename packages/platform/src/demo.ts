/** The official document's own sample account, as `demo` seeds it. */
export const DEMO_ACCOUNT = {
  appid: "wxaba38c7f163da69b",
  secret: "0123456789abcdef0123456789abcdef",
  name: "一次示例号",
  templateId: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
  /** The document's own host, and two that the real console would refuse and a sandbox must allow. */
  businessDomains: ["support.qq.com", "localhost", "127.0.0.1"],
} as const;

/** The people of the demo; the first follows the account. */
export const DEMO_PEOPLE = [
  { id: "zhang", name: "张三", isFollower: true },
  { id: "li", name: "李四", isFollower: false },
  { id: "wang", name: "王五", isFollower: false },
] as const;
