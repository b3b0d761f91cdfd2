import { defineAccountEndpoint } from "../wire/account-endpoint.ts";

/** What a sandbox calls from and is called at: this machine. The real lists are long, and change. */
const IP_LIST: readonly string[] = ["127.0.0.1"];

/** `GET /cgi-bin/get_api_domain_ip`: the addresses of the API's hosts. */
export const API_DOMAIN_IP_ENDPOINT = defineAccountEndpoint({
  method: "GET",
  perform: () => ({ reply: { ip_list: IP_LIST }, isBare: true }),
});

/** `GET /cgi-bin/getcallbackip`: the addresses that push to an account's server. */
export const CALLBACK_IP_ENDPOINT = defineAccountEndpoint({
  method: "GET",
  perform: () => ({ reply: { ip_list: IP_LIST }, isBare: true }),
});
