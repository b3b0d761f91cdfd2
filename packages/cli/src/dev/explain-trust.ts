/** How to trust the certificate authority in `caFile`, and how to lead clients of WeChat's hosts to the platform at `url`. */
export function explainTrust(url: string, caFile: string): string {
  const { hostname, port } = new URL(url);
  return `
信任证书（只在测试环境里） Trust the certificate, in test environments only:
  Node.js   NODE_EXTRA_CA_CERTS=${caFile}
  Python    REQUESTS_CA_BUNDLE=${caFile}   (requests; SSL_CERT_FILE for others)
  curl      curl --cacert ${caFile} ${url}/phone
  Java      keytool -importcert -noprompt -alias yici -file ${caFile} -keystore trust.p12 -storepass changeit
            java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit …
写死域名的客户端 Clients with WeChat's hosts built in (--port 443):
  /etc/hosts   ${hostname} api.weixin.qq.com mp.weixin.qq.com open.weixin.qq.com
  docker run   --add-host api.weixin.qq.com:host-gateway --add-host mp.weixin.qq.com:host-gateway …
  curl         --connect-to api.weixin.qq.com:443:${hostname}:${port}
`;
}
