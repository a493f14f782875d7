# SPDX-License-Identifier: Apache-2.0
"""world.py -- two corps, their apps, and for each cell of the matrix objects of its own.

corp A  departments 1 (root), 5 and 6 below it; e1, e2, e3 in 5; far and away in 1; gone (has left) in 5
        externals x1, x2; images @a-icon, @a-icon2; a voice recording, @voice in the tables
        apps    maker, other   see all, every permission point (other: but those for numbers)
                in, out        see e1, e2, gone and department 5; department 6
                bare           no permission point; lacks-POINT: all but that one
                auditor        reads for the harness
                expired, revoked, throw-away ones for the calls that give tokens
corp B  departments 1 and 77; b1, b2 in 77; external xb; image @b-icon; apps foreign, auditor

A cell has a group, a person, a department or a contact of its own, so no cell touches another's.
"""
import qun

POINTS = ["qyapi_chat_manage", "qyapi_chat_read", "qyapi_chat_base_read",
          "qyapi_get_member_by_mobile", "qyapi_get_member", "fieldMobile", "qyapi_ext_read",
          "qyapi_ext_write", "qyapi_manage_addresslist", "qyapi_get_department_member",
          "qyapi_get_department_list", "qyapi_addresslist_search", "Contact.User.Read",
          "Contact.User.mobile"]
MOBILE = ("fieldMobile", "Contact.User.mobile")

# The callers of a column; those of `nobody` and `bare` share one.
ACTORS = {
    "nobody": ("none", "quoted", "garbage", "admins", "expired", "revoked"),
    "bare": ("bare", "lacking"),
    "foreign": ("foreign",), "in": ("in",), "out": ("out",),
    "other": ("other",), "maker": ("maker",), "operator": ("operator",),
}
OPTIONS = ("mentionAllAuthority", "showHistoryType", "validationType", "searchable",
           "chatBannedType", "managementType")


def app(prefix, key, points=POINTS, scope=None, secret=None, token=True):
    made = {"appKey": prefix + key, "appSecret": secret or "secret-" + key, "name": key,
            "permissions": list(points), "visibleScope": scope or {"all": True}}
    if token:
        made["accessToken"] = f"{prefix}tok-{key}"
    return made


def user(userid, dept, active=True, **more):
    return {"userid": userid, "unionid": "un-" + userid, "name": "员工" + userid,
            "deptIds": [dept], "active": active, **more}


class Universe:
    """The two corps; every id that is unique in the store begins with `prefix`."""

    def __init__(self, prefix="", few=False):
        """few: without the apps that lack one permission point each."""
        self.prefix = p = prefix
        everybody = [("maker", POINTS, None), ("auditor", POINTS, None),
                     ("other", [q for q in POINTS if q not in MOBILE], None),
                     ("in", POINTS, {"userIds": ["e1", "e2", "gone"], "deptIds": [5]}),
                     ("out", POINTS, {"userIds": [], "deptIds": [6]}), ("bare", [], None)]
        everybody += [("lacks-" + point, [q for q in POINTS if q != point], None)
                      for point in POINTS if not few]
        self.a = {
            "corpId": p + "dingA", "name": "甲",
            "departments": [{"deptId": 1, "name": "总部", "parentId": 0},
                            {"deptId": 5, "name": "内", "parentId": 1},
                            {"deptId": 6, "name": "外", "parentId": 1}],
            "users": [user("e1", 5), user("e2", 5), user("e3", 5), user("far", 1),
                      user("away", 1), user("gone", 5, False)],
            "externalContacts": [{"unionid": "x1", "name": "外一"}, {"unionid": "x2", "name": "外二"}],
            "apps": [app(p, *a) for a in everybody] +
                    [app(p, key, token=False) for key in ("expired", "revoked")],
            "media": [{"mediaId": "@a-icon", "type": "image"},
                      {"mediaId": "@a-icon2", "type": "image"}],
            "groups": [],
        }
        self.b = {
            "corpId": p + "dingB", "name": "乙",
            "departments": [{"deptId": 1, "name": "总部", "parentId": 0},
                            {"deptId": 77, "name": "乙部", "parentId": 1}],
            "users": [user("b1", 77), user("b2", 77)],
            "externalContacts": [{"unionid": "xb", "name": "乙外"}],
            "apps": [app(p, "foreign"), app(p, "b-auditor")],
            "media": [{"mediaId": "@b-icon", "type": "image"}], "groups": [],
        }
        self.more = []  # corps that calls of /_qun/ act on
        self.tokens = {}  # of apps that ask for one

    def world(self):
        return {"corps": [self.a, self.b, *self.more]}

    def token_of(self, actor, point):
        """What the actor sends as access token; None: nothing."""
        if actor in ("none", "operator"):
            return None
        if actor == "quoted":
            return f'"{self.prefix}tok-maker"'
        if actor == "garbage":
            return "0123456789abcdef" * 2
        if actor == "admins":
            return qun.ADMIN_TOKEN
        if actor in self.tokens:
            return self.tokens[actor]
        if actor == "lacking":
            actor = "lacks-" + point if point else "bare"
        return f"{self.prefix}tok-{actor}"


class Cell:
    """One call by one actor in one state, and the objects made for it in a universe."""

    def __init__(self, universe, number, row, actor, expected):
        self.u, self.i, self.row = universe, number, row
        self.call, self.state, self.actor, self.expected = row.call, row.state, actor, expected
        self.theirs = self.state == "theirs"
        self.corp = universe.b if self.theirs else universe.a
        self.corp_id = self.corp["corpId"]

    def __str__(self):
        field = f" {self.row.field.key}={self.row.field.value}" if self.row.field else ""
        return f"{self.call} {self.state}{field} by {self.actor}"

    # ---- what the states make ----

    def make_group(self):
        """The group of the cell, and how it is called in the request."""
        i, state = self.i, self.state
        people = ["b1", "b2"] if self.theirs else ["e1", "e2", "gone"] + \
            (["far"] if self.row.field else [])
        group = {"chatid": f"chat-{i}", "openConversationId": f"cid-{i}", "name": "原名",
                 "conversationTag": 0, "owner": people[0], "ownerType": "emp",
                 "useridlist": people, "extidlist": [] if self.theirs else ["x1"],
                 "clientChatids": [f"chatjs-{i}"]}
        if state == "internal":
            group.update(conversationTag=2, extidlist=[])
        elif state == "dissolved":
            group["dissolved"] = True
        elif state in ("external_owner", "gone_owner"):
            group.update({"external_owner": {"owner": "x1", "ownerType": "ext"},
                          "gone_owner": {"owner": "gone"}}[state])
        elif state.startswith("made"):
            group["createdBy"] = self.u.prefix + {"made": "maker", "made_in": "in",
                                                  "made_out": "out"}[state]
        self.corp["groups"].append(group)
        self.group = group
        self.chatid = {"jsapi": f"chatjs-{i}", "open_id": f"cid-{i}",
                       "unknown": f"chat-none-{i}"}.get(state, f"chat-{i}")
        self.openid = {"chat_id": f"chat-{i}", "unknown": f"cid-none-{i}"}.get(state, f"cid-{i}")
        self.person = {"stranger": "e3", "person_unknown": "nobody", "person_theirs": "b1",
                       "person_gone": "gone"}.get(state, "b2" if self.theirs else "e2")

    def make_person(self):
        """An employee of the cell, or a name for nobody."""
        i, state = self.i, self.state
        self.person = f"u{i}"
        self.union, self.mobile = "un-" + self.person, f"139{i:08d}"
        self.dept = 6 if state == "moved" else 77 if self.theirs else 5
        if state == "external":
            self.corp["externalContacts"].append(
                {"unionid": self.union, "userid": self.person, "name": "外" + self.person})
        elif state == "me":
            self.union = "me"
        elif state != "unknown":
            self.corp["users"].append(user(self.person, 77 if self.theirs else 5,
                                           state != "gone", mobile=self.mobile))

    def make_newcomer(self):
        self.person = "e1" if self.state == "taken" else f"n{self.i}"
        self.mobile = f"138{self.i:08d}"
        self.dept = {"unknown": 99, "theirs": 77}.get(self.state, 5)

    def make_department(self):
        i, state = self.i, self.state
        self.dept = {"root": 1, "peopled": 5}.get(state, 1000 + i)
        self.parent = 6 if state == "moved" else None
        if self.dept == 1000 + i and state != "unknown":
            self.corp["departments"].append(
                {"deptId": self.dept, "name": f"部{i}", "parentId": 77 if self.theirs else 5})

    def make_contact(self):
        self.person = f"c{self.i}"
        if self.state == "employee":
            self.person = "e1"
        elif self.state != "unknown":
            self.corp["externalContacts"].append(
                {"unionid": "un-" + self.person, "userid": self.person, "name": "客"})
        self.follower = {"unknown": "nobody"}.get(self.state, "b1" if self.theirs else "e1")

    def make_app(self):
        """For the calls that give tokens: an app of the cell, for wrong secrets are counted."""
        self.key = f"t{self.i}"
        self.corp["apps"].append(app(self.u.prefix, self.key, [], token=False))
        self.secret = "wrong" if "wrong" in self.state else "secret-" + self.key
        self.key = self.u.prefix + (f"none{self.i}" if self.state == "unknown" else self.key)
        self.path_corp = self.u.prefix + {
            "their_corp": "dingB", "wrong_their_corp": "dingB", "no_corp": "dingNone"}.get(
                self.state, "dingA")

    def make_corp(self):
        """For the calls of /_qun/: a corp of the cell with one group."""
        self.corp_id = f"{self.u.prefix}dingW{self.i}"
        self.one = {"corpId": self.corp_id, "users": [{"userid": "w"}], "groups": [
            {"chatid": f"chat-w{self.i}", "name": "世界", "owner": "w", "useridlist": ["w"]}]}
        self.chatid = f"chat-w{self.i}"
        if self.state not in ("unknown", "create"):
            self.u.more.append(self.one)

    def make_nothing(self):
        pass
