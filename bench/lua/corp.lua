-- SPDX-License-Identifier: Apache-2.0
-- corp.lua -- the corp that is measured, as bench/corp.c makes it: see bench/corp.h.
local bit = require "bit"
local bxor, rshift = bit.bxor, bit.rshift
local format = string.format

local PEOPLE = 120011

local corp = { token = "bench-token" }

local function mixed(x)
	x = x + 0x9e3779b97f4a7c15ULL
	x = bxor(x, rshift(x, 30)) * 0xbf58476d1ce4e5b9ULL
	x = bxor(x, rshift(x, 27)) * 0x94d049bb133111ebULL
	return bxor(x, rshift(x, 31))
end

-- 16 hex digits; a number of Lua holds 53 bits only.
local function hex(x)
	return format("%08x%08x", tonumber(rshift(x, 32)), tonumber(x % 0x100000000ULL))
end

function corp.chatid(group)
	return "chat" .. hex(mixed(2ULL * group)) .. hex(mixed(2ULL * group + 1))
end

function corp.userid(person)
	return format("0420%012.0f", tonumber(person * 618033988749ULL % 1000000000000ULL))
end

-- first and step of corp_member
function corp.sequence(group)
	local g = 1ULL * group

	return tonumber(mixed(g) % PEOPLE), 1 + tonumber(mixed(-1 - g) % (PEOPLE - 1))
end

function corp.member(first, step, place)
	return (first + place % PEOPLE * step) % PEOPLE
end

-- The body of the group's update number n, when it had `size` members at first.
function corp.update(group, size, n)
	local first, step = corp.sequence(group)
	local at = size + 2 * n

	return format('{"chatid":"%s","name":"项目群 %d.%d",' ..
		'"add_useridlist":["%s","%s"],"del_useridlist":["%s"],' ..
		'"managementOptions":{"searchable":%d}}',
		corp.chatid(group), group, n + 1,
		corp.userid(corp.member(first, step, at)),
		corp.userid(corp.member(first, step, at + 1)),
		corp.userid(corp.member(first, step, 1 + n)), (n + 1) % 2)
end

-- The groups 0 .. count - 1 in an order without pattern, round after round: corp_order.
function corp.order(count)
	local step = math.floor(count * 618 / 1000)

	local function common(a, b)
		return b == 0 and a or common(b, a % b)
	end
	while common(step, count) ~= 1 do
		step = step + 1
	end
	return function(i)
		return i % count * step % count
	end
end

return corp
