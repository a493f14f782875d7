# SPDX-License-Identifier: Apache-2.0
"""rules_world.py -- two corps and three apps of one corp, for the tables of rules.

corp dingA: employees e1..e6 in departments 1 (root), 2 (below 1), 3 (below 2), `gone` has left,
            `far` in department 9 that no narrow app sees, f0001..f1100 to fill groups,
            externals x1, x2 (userid xu1, xu2)
    app all      everything, sees all             token tok-all
    app narrow   manage and read, sees e1 and department 2 (with 3)   token tok-narrow
    app bare     no permission point              token tok-bare
corp dingB: the same ids where they can be the same; app other, token tok-other
"""

PERMISSIONS = ["qyapi_chat_manage", "qyapi_chat_read", "qyapi_chat_base_read",
               "qyapi_get_member_by_mobile", "qyapi_get_member", "qyapi_ext_read",
               "qyapi_ext_write"]
FILL = [f"f{i:04d}" for i in range(1, 1101)]


def user(userid, *departments, active=True):
    return {"userid": userid, "unionid": "un-" + userid, "name": "员工" + userid,
            "deptIds": list(departments), "active": active}


def app(key, permissions, scope):
    return {"appKey": key, "appSecret": "secret-" + key, "name": key, "permissions": permissions,
            "visibleScope": scope, "accessToken": "tok-" + key}


def corp_a(groups):
    return {
        "corpId": "dingA", "name": "甲",
        "departments": [{"deptId": 1, "name": "总部", "parentId": 0},
                        {"deptId": 2, "name": "研发", "parentId": 1},
                        {"deptId": 3, "name": "研发一组", "parentId": 2},
                        {"deptId": 9, "name": "外地", "parentId": 1}],
        "users": [user("e1", 1), user("e2", 2), user("e3", 3), user("e4", 2), user("e5", 2),
                  user("e6", 2), user("gone", 2, active=False), user("far", 9),
                  {**user("long", 2), "userid": "u" * 64}]
                 + [user(f, 2) for f in FILL],
        "externalContacts": [{"unionid": "x1", "userid": "xu1", "name": "外一"},
                             {"unionid": "x2", "userid": "xu2", "name": "外二"},
                             {"unionid": "x" * 64, "userid": "xu3", "name": "外三"}],
        "apps": [app("all", PERMISSIONS, {"all": True}),
                 app("narrow", PERMISSIONS, {"userIds": ["e1"], "deptIds": [2]}),
                 app("bare", [], {"all": True})],
        "media": [{"mediaId": "@a-icon", "type": "image"}, {"mediaId": "@a-icon2", "type": "image"},
                  {"mediaId": "@" + "i" * 63, "type": "image"}],
        "groups": groups,
    }


def corp_b(groups):
    return {
        "corpId": "dingB", "name": "乙",
        "departments": [{"deptId": 1, "name": "总部", "parentId": 0}],
        "users": [user("e1", 1), user("b1", 1)],
        "externalContacts": [{"unionid": "x1", "name": "外一"}, {"unionid": "xb", "name": "外乙"}],
        "apps": [app("other", PERMISSIONS, {"all": True})],
        "media": [{"mediaId": "@b-icon", "type": "image"}],
        "groups": groups,
    }


# What a group looks like before a case. `ord` is the usual one.
TEMPLATES = {
    "ord": {},
    "int": {"conversationTag": 2, "extidlist": []},
    "history": {"managementOptions": {"showHistoryType": 1}},
    "dissolved": {"dissolved": True},
    "made_by_all": {"createdBy": "all"},
    "made_by_narrow": {"createdBy": "narrow"},
    "owner_far": {"owner": "far", "useridlist": ["far", "e1", "e2"]},
    "owner_gone": {"owner": "gone", "useridlist": ["gone", "e1", "e2"]},
    "owner_ext": {"owner": "x1", "ownerType": "ext"},
    "at_998": {"useridlist": ["e1", "e2"] + FILL[:995]},  # and one external
    "at_1000": {"useridlist": ["e1", "e2"] + FILL[:997]},
    "jsapi": {},
    "long_id": {"chatid": "c" * 64},
    "crowd": {"useridlist": ["e1", "e2", "gone"] + FILL[:20], "admins": FILL[:11]},
    "crowd_12": {"useridlist": ["e1", "e2"] + FILL[:20], "admins": FILL[:12]},
    "paged": {"useridlist": ["e1", "e2"] + FILL[:500]},
}


def group(chatid, template, index):
    made = {"chatid": chatid, "conversationTag": 0, "name": "原名", "owner": "e1", "ownerType": "emp",
            "useridlist": ["e1", "e2"], "extidlist": ["x1"], "admins": ["e2"], "icon": "@a-icon",
            "managementOptions": {"searchable": 1, "showHistoryType": 1}}
    made.update(TEMPLATES[template])
    if template == "jsapi":
        made["clientChatids"] = [f"chatjs{index}"]
    return made
