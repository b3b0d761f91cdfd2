"""The same story in Python, with nothing but the standard library.

    npx yici platform exec -- python3 -m unittest
"""

import json
import os
import unittest
import urllib.parse
import urllib.request

PLATFORM = os.environ["YICI_PLATFORM_URL"]
CONTROL = os.environ["YICI_CONTROL_URL"]
APPID = os.environ["YICI_APPID"]
SECRET = os.environ["YICI_APP_SECRET"]
TEMPLATE_ID = os.environ["YICI_TEMPLATE_ID"]


def call(url, body=None):
    """GET, or POST of a JSON body; answers the reply's JSON."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def ask_link(redirect_url):
    query = urllib.parse.urlencode(
        {
            "action": "get_confirm",
            "appid": APPID,
            "scene": 1000,
            "template_id": TEMPLATE_ID,
            "redirect_url": redirect_url,
        }
    )
    return f"{PLATFORM}/mp/subscribemsg?{query}#wechat_redirect"


def send(openid, text):
    token = call(
        f"{PLATFORM}/cgi-bin/token?grant_type=client_credential&appid={APPID}&secret={SECRET}"
    )["access_token"]
    return call(
        f"{PLATFORM}/cgi-bin/message/template/subscribe?access_token={token}",
        {
            "touser": openid,
            "template_id": TEMPLATE_ID,
            "scene": 1000,
            "title": "您的包裹",
            "data": {"content": {"value": text}},
        },
    )["errcode"]


class ShopTest(unittest.TestCase):
    def test_a_customer_who_agreed_is_told_once(self):
        decision = call(
            f"{CONTROL}/decisions",
            {
                "authorize_link": ask_link("http://localhost/back"),
                "person": "li",
                "action": "confirm",
            },
        )
        back = urllib.parse.urlparse(decision["location"])
        openid = urllib.parse.parse_qs(back.query)["openid"][0]

        errcodes = [send(openid, "已发货"), send(openid, "又发货")]

        self.assertEqual(errcodes, [0, 43101])
        inbox = call(f"{CONTROL}/inbox?person=li&wait_ms=10000")["items"]
        self.assertEqual([message["content"] for message in inbox], ["已发货"])


if __name__ == "__main__":
    unittest.main()
