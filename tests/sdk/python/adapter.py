# SPDX-License-Identifier: Apache-2.0
"""adapter.py -- the Python SDK behind the suite's protocol (tests/sdk/README.md)."""
import argparse
import asyncio
import json
import sys

from Tea.exceptions import TeaException
from alibabacloud_dingtalk.contact_1_0 import client as contact, models as contact_models
from alibabacloud_dingtalk.im_1_0 import client as im, models as im_models
from alibabacloud_dingtalk.oauth2_1_0 import client as oauth2, models as oauth2_models
from alibabacloud_tea_openapi import models as open_api_models
from alibabacloud_tea_util import models as util_models

# op: module, method, arguments that go into the path, has a request object
IM, OAUTH2, CONTACT = (im, im_models), (oauth2, oauth2_models), (contact, contact_models)
OPS = {
    "GetAccessToken": (OAUTH2, "get_access_token", [], True),
    "GetToken": (OAUTH2, "get_token", ["corpId"], True),
    "CreateGroup": (IM, "create_group", [], True),
    "UpdateGroup": (IM, "update_group", [], True),
    "ChatIdToOpenConversationId": (IM, "chat_id_to_open_conversation_id", ["chatId"], False),
    "ChatSubAdminUpdate": (IM, "chat_sub_admin_update", [], True),
    "CheckUserIsGroupMember": (IM, "check_user_is_group_member", [], True),
    "GetInnerGroupMembers": (IM, "get_inner_group_members", [], True),
    "GetSceneGroupInfo": (IM, "get_scene_group_info", [], True),
    "GetUser": (CONTACT, "get_user", ["unionId"], False),
    "SearchUser": (CONTACT, "search_user", [], True),
}


class Adapter:
    def __init__(self, options):
        config = open_api_models.Config(endpoint=options.endpoint, protocol=options.protocol)
        config.region_id = "central"
        if options.ca:
            config.ca = options.ca
        self.options = options
        self.clients = {m: m.Client(config) for m in (im, oauth2, contact)}
        self.runtime = util_models.RuntimeOptions(autoretry=options.autoretry)

    def prepare(self, call):
        """The SDK's method and its arguments."""
        (module, models), name, path, has_request = OPS[call["op"]]
        args = dict(call.get("args") or {})
        given = [args.pop(key) for key in path]
        if has_request:
            given.append(getattr(models, call["op"] + "Request")().from_map(args))
        if module is oauth2:
            given.append({})
        else:
            headers = getattr(models, call["op"] + "Headers")()
            headers.x_acs_dingtalk_access_token = call.get("token")
            headers.common_headers = call.get("headers") or {}
            given.append(headers)
        method = name + "_with_options" + ("_async" if self.options.asynchronous else "")
        return getattr(self.clients[module], method), [*given, self.runtime]

    def answer(self, call, result):
        return {"ok": result.body.to_map(), "statusCode": result.status_code}

    def refusal(self, error):
        if not isinstance(error, TeaException) or error.code is None:
            return {"failed": f"{type(error).__name__}: {error}"}
        return {"error": {
            "code": error.code, "message": error.message, "data": error.data,
            "description": getattr(error, "description", None),
            "accessDeniedDetail": getattr(error, "accessDeniedDetail", None),
            "statusCode": getattr(error, "statusCode", None)}}

    def call(self, call):
        method, given = self.prepare(call)
        try:
            return self.answer(call, method(*given))
        except Exception as error:  # whatever the SDK throws is what is asked for
            return self.refusal(error)

    async def call_async(self, call):
        method, given = self.prepare(call)
        try:
            return self.answer(call, await method(*given))
        except Exception as error:
            return self.refusal(error)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--endpoint", required=True)
    options.add_argument("--protocol", required=True)
    options.add_argument("--ca")
    options.add_argument("--autoretry", action="store_true")
    options.add_argument("--async", dest="asynchronous", action="store_true")
    options = options.parse_args()
    adapter, loop = Adapter(options), asyncio.new_event_loop()
    for line in sys.stdin:
        call = json.loads(line)
        if options.asynchronous:
            said = loop.run_until_complete(adapter.call_async(call))
        else:
            said = adapter.call(call)
        print(json.dumps(said, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
