-- SPDX-License-Identifier: Apache-2.0
-- ejabberd.lua START ROOMS MEMBERS HOST -- the five calls of an update: first the title of
-- every room, then the first person to add of every room, and so on, so that calls to the
-- same room do not wait for each other. START is a number of calls, a multiple of 5 * ROOMS.
require "report"

sent = 0

function init(args)
	local start, rooms, members, host =
		tonumber(args[1]), tonumber(args[2]), tonumber(args[3]), args[4]
	local service = "conference." .. host
	local format = string.format

	local function option(name, value)
		return "change_room_option", format('"option":"%s","value":"%s"', name, value)
	end

	local function affiliation(room, place, what)
		return "set_room_affiliation",
			format('"jid":"u%d@%s","affiliation":"%s"', room + place, host, what)
	end

	-- call 0 .. 4 of update number n
	local function call(room, n, i)
		if i == 0 then
			return option("title", "project " .. room .. "." .. n + 1)
		elseif i == 4 then
			return option("allow_change_subj", n % 2 == 0 and "false" or "true")
		elseif i == 3 then
			return affiliation(room, 1 + n, "none")
		end
		return affiliation(room, members + 2 * n + i - 1, "member")
	end

	function request()
		local at = start + sent
		local room, round = at % rooms, math.floor(at / rooms)
		local name, arguments = call(room, math.floor(round / 5), round % 5)
		local body = format('{"name":"r%d","service":"%s",%s}', room, service, arguments)

		sent = sent + 1
		return format("POST /api/%s HTTP/1.1\r\nHost: localhost\r\n" ..
			"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			name, #body, body)
	end
end
