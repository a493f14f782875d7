-- SPDX-License-Identifier: Apache-2.0
-- report.lua -- what all scripts share: one line of JSON at the end, for bench/load.py.
-- A script counts what it has sent in the global `sent`.
local threads = {}

function setup(thread)
	threads[#threads + 1] = thread
end

function done(summary, latency)
	local sent, e = 0, summary.errors

	for _, thread in ipairs(threads) do
		sent = sent + (thread:get("sent") or 0)
	end
	io.write(string.format(
		'{"requests":%d,"sent":%d,"bytes":%d,"us":%d,"p50":%d,"p99":%d,"p999":%d,"longest":%d,' ..
		'"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
		summary.requests, sent, summary.bytes, summary.duration,
		latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max,
		e.connect, e.read, e.write, e.status, e.timeout))
end
