// The code under test: what a shop's own server does around one message. It knows WeChat by three settings and nothing
// of yici; in production the two addresses are https://mp.weixin.qq.com and https://api.weixin.qq.com.

/**
 * Where people are asked (`pageUrl`), where calls go (`apiUrl`), and whose account it is.
 * @typedef {{ pageUrl: string, apiUrl: string, appid: string, secret: string, templateId: string }} Settings
 */

export class Shop {
  /**
   * @readonly
   * @type {Settings}
   */
  #settings;

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /**
   * The address that asks a customer for one message about a parcel.
   * @param {string} redirectUrl
   * @param {string} state letters and digits
   */
  askLink(redirectUrl, state) {
    const { pageUrl, appid, templateId } = this.#settings;
    const query = new URLSearchParams([
      ["action", "get_confirm"],
      ["appid", appid],
      ["scene", "1000"],
      ["template_id", templateId],
      ["redirect_url", redirectUrl],
      ["reserved", state],
    ]);
    return `${pageUrl}/mp/subscribemsg?${query}#wechat_redirect`;
  }

  /**
   * Sends the one message; answers WeChat's errcode.
   * @param {string} openid
   * @param {string} text
   * @returns {Promise<number>}
   */
  async tell(openid, text) {
    const { apiUrl, templateId } = this.#settings;
    const path = `/cgi-bin/message/template/subscribe?access_token=${await this.#getToken()}`;
    const reply = await fetch(apiUrl + path, {
      method: "POST",
      body: JSON.stringify({
        touser: openid,
        template_id: templateId,
        scene: "1000",
        title: "您的包裹",
        data: { content: { value: text } },
      }),
    });
    return (await reply.json()).errcode;
  }

  async #getToken() {
    const { apiUrl, appid, secret } = this.#settings;
    const reply = await fetch(`${apiUrl}/cgi-bin/stable_token`, {
      method: "POST",
      body: JSON.stringify({ grant_type: "client_credential", appid, secret }),
    });
    return (await reply.json()).access_token;
  }
}
