/** What we call of co-wechat-api 3.11.0, which brings no types. */
declare module "co-wechat-api" {
  class API {
    /** Where the calls under `/cgi-bin` go; `https://api.weixin.qq.com/cgi-bin/` unless told otherwise. */
    prefix: string;
    constructor(appid: string, secret: string);
    ensureAccessToken(): Promise<{ readonly accessToken: string }>;
    sendSubscribe(...message: API.Message): Promise<API.Reply>;
  }

  namespace API {
    type Message = [
      openid: string,
      templateId: string,
      url: string | undefined,
      miniprogram: { readonly appid: string; readonly pagepath: string } | undefined,
      scene: string | number,
      title: string,
      data: Readonly<Record<string, { readonly value: string; readonly color?: string }>>,
    ];
    interface Reply {
      readonly errcode: number;
      readonly errmsg: string;
    }
  }

  export = API;
}
