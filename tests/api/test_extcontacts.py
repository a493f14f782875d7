# SPDX-License-Identifier: Apache-2.0
"""External contacts: made, changed, removed and read; and the groups that one who is removed
leaves.

The tables are written from DingTalk's pages and the decisions in docs/compatibility.md.
"""
import copy
import time
import unittest

import qun
import rules_world as world

PATH = "/topapi/extcontact/"
WHOLE = {"name": "外新", "mobile": "13088888888", "state_code": "86", "follower_user_id": "e1",
         "label_ids": [1561077317, 2]}
DETAILS = {"title": "开发工程师", "company_name": "钉钉", "address": "北京", "remark": "王经理",
           "share_dept_ids": [2, 3], "share_user_ids": ["e2", "e3"]}
WAIT_S = 20


def contact(**changes):
    return {"contact": {k: v for k, v in {**WHOLE, **changes}.items() if v is not None}}


def changed(**changes):
    return contact(**{"user_id": "xu1", **changes})


BAD_FIELDS, BAD_RANGE = (400002, "参数错误"), (40035, "不合法的参数")
BAD_USER, NO_DEPARTMENT = (33012, "无效的USERID"), (60003, "部门不存在")

# (call, body, (errcode, errmsg))
REFUSED = [
    ("create", {}, BAD_FIELDS),
    ("create", {"contact": [1]}, BAD_FIELDS),
    *[("create", contact(**{key: None}), BAD_FIELDS) for key in WHOLE],
    ("create", contact(label_ids=["a"]), BAD_FIELDS),
    ("update", changed(user_id=None), BAD_FIELDS),
    ("update", changed(follower_user_id=None), BAD_FIELDS),
    *[(call, {}, BAD_FIELDS) for call in ("get", "delete", "update")],
    ("list", {"size": "x"}, BAD_FIELDS),
    ("create", contact(name=""), BAD_RANGE),
    ("create", contact(name="外" * 81), BAD_RANGE),
    ("create", contact(title="长" * 257), BAD_RANGE),
    ("create", contact(label_ids=list(range(21))), BAD_RANGE),
    ("create", contact(share_dept_ids=[2] * 21), BAD_RANGE),
    ("create", contact(share_user_ids=["e1"] * 21), BAD_RANGE),
    ("update", changed(name="外" * 81), BAD_RANGE),
    ("list", {"size": 0, "offset": 0}, BAD_RANGE),
    ("list", {"size": 101, "offset": 0}, BAD_RANGE),
    ("list", {"size": 1, "offset": -1}, BAD_RANGE),
    ("create", contact(mobile="手机"), (60103, "手机号码不合法")),
    ("create", contact(follower_user_id="nobody"), BAD_USER),
    ("create", contact(follower_user_id="gone"), BAD_USER),
    ("create", contact(follower_user_id="b1"), BAD_USER),
    ("create", contact(share_user_ids=["e1", "x1"]), BAD_USER),
    ("create", contact(share_dept_ids=[1, 77]), NO_DEPARTMENT),
    ("update", changed(follower_user_id="gone"), BAD_USER),
    *[("update", changed(user_id=u), BAD_USER)
      for u in ("nobody", "x1", "e1", "xb")],
    *[(call, {"user_id": u}, BAD_USER) for call in ("get", "delete")
      for u in ("nobody", "x1", "e1", "xb", "")],
]


class Extcontacts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.world = {"corps": [world.corp_a([
            world.group("chat1", "ord", 1), world.group("chat2", "owner_ext", 2)]),
            world.corp_b([])]}

    def setUp(self):
        self.server.load(copy.deepcopy(self.world), mode="replace")

    def call(self, call, body, token="all"):
        return self.server.oapi("POST", PATH + call, "tok-" + token, body=body)

    def done(self, call, body, token="all"):
        got = self.call(call, body, token)
        body = got.json
        self.assertEqual((body.pop("errcode", None), body.pop("errmsg", None)), (0, "ok"), got)
        self.assertEqual(body.pop("request_id"), got.requestid)
        return body

    def everybody(self, token="all"):
        return self.done("list", {"size": 100, "offset": 0}, token)["results"]

    def test_every_refusal_changes_nothing(self):
        before = self.everybody(), self.everybody("other")
        for call, body, (errcode, errmsg) in REFUSED:
            with self.subTest(call=call, body=body):
                got = self.call(call, body)
                self.assertEqual((got.status, got.json), (200, {
                    "errcode": errcode, "errmsg": errmsg, "request_id": got.requestid}))
        self.assertEqual((self.everybody(), self.everybody("other")), before)

    def test_who_may_not(self):
        for call in ("create", "get", "update", "delete", "list"):
            got = self.call(call, {"user_id": "xu1"} | changed(), "bare").json
            self.assertEqual((got["errcode"], got["sub_code"]), (88, "60011"))

    def test_a_contact_is_made_found_changed_and_removed(self):
        made = self.done("create", contact(**DETAILS))
        self.assertEqual(list(made), ["userid"])
        userid = made["userid"]
        whole = {"userid": userid, **WHOLE, **DETAILS}
        self.assertEqual(self.done("get", {"user_id": userid}), {"result": whole})
        self.assertIn(whole, self.everybody())
        # what is optional and not sent stays; "" and [] take away
        self.assertEqual(self.done("update", {"contact": {
            "user_id": userid, "name": "改", "follower_user_id": "e2", "label_ids": [],
            "title": "", "share_user_ids": []}}), {})
        whole |= {"name": "改", "follower_user_id": "e2", "label_ids": [], "share_user_ids": []}
        del whole["title"]
        self.assertEqual(self.done("get", {"user_id": userid}), {"result": whole})
        self.assertEqual(self.done("delete", {"user_id": userid}), {})
        self.assertEqual(self.call("get", {"user_id": userid}).json["errcode"], 33012)
        self.assertEqual(self.call("delete", {"user_id": userid}).json["errcode"], 33012)

    def test_a_new_contact_joins_a_group_by_his_userid_in_the_old_api(self):
        userid = self.done("create", contact())["userid"]
        got = self.server.oapi("POST", "/chat/update", "tok-all", body={
            "chatid": "chat1", "add_extidlist": [userid]})
        self.assertEqual(got.json["errcode"], 0, got)
        self.assertEqual(self.server.group("chat1", "dingA")["memberCount"], 4)

    def test_pages(self):
        before = len(self.everybody())
        for i in range(23):
            self.done("create", contact(name=f"外{i}"))
        everybody = self.everybody()
        last = len(everybody) - 1
        self.assertEqual(last, before + 22)
        self.assertEqual([p["userid"] for p in everybody], sorted(p["userid"] for p in everybody))
        for body, want in [({}, everybody[:20]), ({"size": 5}, everybody[:20]),
                           ({"offset": 5}, everybody[:20]),
                           ({"size": 1, "offset": last}, everybody[last:]),
                           ({"size": "2", "offset": "1"}, everybody[1:3]),
                           ({"size": 100, "offset": last + 1}, [])]:
            self.assertEqual(self.done("list", body)["results"], want)

    def test_one_of_a_world_has_no_details(self):
        self.assertEqual(self.done("get", {"user_id": "xu1"}), {"result": {
            "userid": "xu1", "name": "外一", "label_ids": [], "share_dept_ids": [],
            "share_user_ids": []}})

    def test_who_is_removed_leaves_his_groups(self):
        self.done("delete", {"user_id": "xu1"})
        got = self.server.call("/v1.0/im/group/update",
                               {"chatid": "chat1", "add_extidlist": ["x1"]}, "tok-all")
        self.assertEqual(got.json["code"], "parameter.invalid")
        until = time.monotonic() + WAIT_S
        while any(m["id"] == "x1" for chatid in ("chat1", "chat2")
                  for m in self.server.group(chatid, "dingA")["members"]):
            self.assertLess(time.monotonic(), until)
        group = self.server.group("chat2", "dingA")
        # the group that he owned has its administrator as its owner
        self.assertEqual((group["owner"], group["ownerType"], group["version"]), ("e2", "emp", 2))
        self.assertEqual(self.server.group("chat1", "dingA")["version"], 2)


if __name__ == "__main__":
    unittest.main()
