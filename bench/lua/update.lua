-- SPDX-License-Identifier: Apache-2.0
-- update.lua START FIRST COUNT SIZE -- updates of bench/corp.h, each a real change that no
-- other run makes: the START-th and following ones of the groups FIRST .. FIRST + COUNT - 1,
-- which had SIZE members at first.
require "report"
local corp = require "corp"

sent = 0

function init(args)
	local start, first, count, size =
		tonumber(args[1]), tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
	local order = corp.order(count)
	local head = "POST /v1.0/im/group/update HTTP/1.1\r\nHost: localhost\r\n" ..
		"x-acs-dingtalk-access-token: " .. corp.token .. "\r\n" ..
		"Content-Type: application/json\r\nContent-Length: "

	function request()
		local i = start + sent
		local body = corp.update(first + order(i), size, math.floor(i / count))

		sent = sent + 1
		return head .. #body .. "\r\n\r\n" .. body
	end
end
