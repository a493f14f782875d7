-- SPDX-License-Identifier: Apache-2.0
-- get.lua COUNT -- /chat/get of the groups 0 .. COUNT - 1, in an order without pattern.
require "report"
local corp = require "corp"

sent = 0

function init(args)
	local count = tonumber(args[1])
	local order = corp.order(count)

	function request()
		sent = sent + 1
		return "GET /chat/get?access_token=" .. corp.token .. "&chatid=" ..
			corp.chatid(order(sent)) .. " HTTP/1.1\r\nHost: localhost\r\n\r\n"
	end
end
