/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.h -- every limit of the server, in one place: name, value, unit, meaning.
 * docs/reference/limits.md prints this list. Tests take each size and number at limit-1,
 * limit and limit+1; what is too long or too many to wait for, at a lower value that is
 * set.
 */
#ifndef QUN_BASE_LIMITS_H
#define QUN_BASE_LIMITS_H

/* X(name, value, unit, meaning) */
#define LIMITS(X) \
	/* requests */ \
	X(LIMIT_NAME, 20, "characters", "a group's name") \
	X(LIMIT_ID, 64, "characters", "a chatid, userid, unionid or mediaId") \
	X(LIMIT_ADMINS, 12, "people", "administrators of a group") \
	X(LIMIT_MEMBER_PAGE, 1000, "members", "one page of innerGroups/members/query") \
	X(LIMIT_NICK, 30, "characters", "what a member is called in a group") \
	X(LIMIT_LIST, 1000, "ids", "one list of people in a request") \
	X(LIMIT_OLD_LIST, 40, "ids", \
		"one list of people to add in the old /chat/create and /chat/update") \
	X(LIMIT_MEMBERS, 1000, "people", "a group, unless --member-cap says otherwise") \
	X(LIMIT_MEMBER_CAP, 1000000, "people", "the largest --member-cap") \
	X(LIMIT_JSON_DEPTH, 32, "levels", "nesting of a JSON body") \
	X(LIMIT_JSON_KEYS, 256, "keys", "one JSON object of a request") \
	X(LIMIT_JSON_VALUES, 2000000, "values", \
		"one JSON text, counted by its brackets and commas") \
	/* HTTP */ \
	X(LIMIT_REQUEST_LINE, 8192, "bytes", "the request line") \
	X(LIMIT_HEAD, 16384, "bytes", "the request line and all headers") \
	X(LIMIT_HEADERS, 64, "headers", "one request") \
	X(LIMIT_BODY, 1048576, "bytes", "a JSON or form body") \
	X(LIMIT_OPEN_BODY, 16384, "bytes", "the same, of a call that needs no token") \
	X(LIMIT_BODIES, 268435456, "bytes", "all bodies in memory together; then 503") \
	X(LIMIT_UPLOADS, 1073741824, "bytes", \
		"all uploads in progress together; then 503") \
	X(LIMIT_QUERY_PAIRS, 256, "pairs", "a query or a form body") \
	X(LIMIT_CHUNK_EXT, 256, "bytes", "chunk extensions of one body") \
	X(LIMIT_CONNS, 15000, "connections", \
		"all listeners together (or what descriptors allow)") \
	X(LIMIT_CONNS_PER_ADDR, 10000, "connections", \
		"one client address (of IPv6, one /64)") \
	X(LIMIT_FD_RESERVE, 64, "descriptors", "kept free of connections") \
	X(LIMIT_HANDSHAKE_MS, 10000, "ms", "a TLS handshake") \
	X(LIMIT_HEAD_MS, 10000, "ms", \
		"from a request's first byte to the end of its headers") \
	X(LIMIT_BODY_MS, 30000, "ms", \
		"a JSON or form body; uploads get more by their size") \
	X(LIMIT_UPLOAD_MS, 300000, "ms", "the body of an upload or a world") \
	X(LIMIT_WRITE_MS, 30000, "ms", "a client taking its answer") \
	X(LIMIT_UNSENT, 16384, "bytes", \
		"of answers that the kernel takes before it sends what it has; no " \
		"further " \
		"request of the connection is served meanwhile") \
	X(LIMIT_IDLE_MS, 60000, "ms", "a connection between two requests") \
	X(LIMIT_LINGER_MS, 2000, "ms", \
		"reading on after a refusal, so that the client sees it") \
	X(LIMIT_LINGER, 33554432, "bytes", "likewise") \
	X(LIMIT_ACCEPT_PAUSE_MS, 100, "ms", \
		"not accepting when descriptors or memory ran out") \
	X(LIMIT_DRAIN_MS, 10000, "ms", "requests in flight when the server stops") \
	/* multipart and media */ \
	X(LIMIT_PARTS, 8, "parts", "one multipart body") \
	X(LIMIT_PART_HEAD, 4096, "bytes", "the headers of one part") \
	X(LIMIT_PART_VALUE, 4096, "bytes", "the value of one form part") \
	X(LIMIT_UPLOAD, 20971520, "bytes", "an image, video or file") \
	X(LIMIT_VOICE, 2097152, "bytes", "a voice recording") \
	X(LIMIT_UPLOAD_EXTRA, 65536, "bytes", \
		"what a multipart body may hold beside the file") \
	/* store */ \
	X(LIMIT_BATCH, 256, "changes", "one commit") \
	X(LIMIT_BATCH_IDS, 4096, "ids", "named by the changes of one commit") \
	X(LIMIT_QUEUE, 8192, "changes", \
		"waiting for a commit; also bounded by one second of work") \
	X(LIMIT_READ_QUEUE, 4096, "reads", "waiting for a reader thread") \
	X(LIMIT_INLINE_ROWS, 200, "rows", "a read that finishes on the loop's own thread") \
	X(LIMIT_LEDGER_PAGE, 1000, "rows", "one page of a ledger; 100 unless asked") \
	/* people */ \
	X(LIMIT_PEOPLE_PAGE, 100, "people", "one page of a list or a search") \
	X(LIMIT_PEOPLE_OFFSET, 1000000000, "people", "the cursor of a list or a search") \
	X(LIMIT_DEPARTURE_PEOPLE, 64, "people", \
		"for whom a corp's groups are looked through together when they have " \
		"left") \
	X(LIMIT_DEPARTURE_READ, 2000, "groups", \
		"looked through at once for people who have left") \
	X(LIMIT_DEPARTURE_GROUPS, 16, "groups", \
		"left with one change, each by one who has left") \
	X(LIMIT_DEPARTURE_MEMBERS, 1000, "people", \
		"among whom that change looks for new owners, or else one group's") \
	X(LIMIT_DEPARTURE_PAUSE_MS, 10, "ms", "between two such changes") \
	X(LIMIT_DEPARTURE_WAIT_MS, 2000, "ms", \
		"for one who comes back while he is still leaving his groups") \
	/* worlds and explanations */ \
	X(LIMIT_WORLD, 33554432, "bytes", "a world file") \
	X(LIMIT_WORLD_OBJECTS, 100000, "objects", "a world file") \
	X(LIMIT_WORLD_IDS, 1000000, "ids", "in all lists of a world file") \
	X(LIMIT_LABEL, 80, "characters", "the name of a corp, department, person or app") \
	X(LIMIT_CONTACT_TEXT, 256, "characters", \
		"the title, company, address or remark of an external contact") \
	X(LIMIT_CONTACT_LIST, 20, "ids", "one list of an external contact") \
	X(LIMIT_MOBILE, 32, "characters", "a mobile number") \
	X(LIMIT_SECRET, 128, "characters", "an app's secret or fixed token") \
	X(LIMIT_PERMISSIONS, 256, "permission points", "one app") \
	X(LIMIT_PERSON_DEPARTMENTS, 100, "departments", "one employee") \
	X(LIMIT_DEPARTMENT, 64, "characters", \
		"the name of a department that a call makes") \
	X(LIMIT_DEPARTMENT_DEPTH, 32, "levels", "departments one below the other") \
	X(LIMIT_PATH, 1024, "characters", "a file name in a world") \
	X(LIMIT_EXPLANATIONS, 10000, "explanations", "kept in memory") \
	X(LIMIT_EXPLANATION_BYTES, 8388608, "bytes", "all explanations together") \
	X(LIMIT_EXPLANATION, 4096, "bytes", "one explanation") \
	X(LIMIT_EXPLANATION_PAGE, 1000, "explanations", \
		"one list of them; 100 unless asked") \
	/* tokens */ \
	X(LIMIT_TOKEN_S, 7200, "seconds", "the life of an access token") \
	X(LIMIT_TOKEN_AHEAD_S, 7500, "seconds", \
		"what a token may have left; more is from a clock that was ahead") \
	X(LIMIT_LINK_S, 31536000, "seconds", "the life of a link to join a group by") \
	X(LIMIT_TOKEN_CACHE, 4096, "tokens", "remembered by each loop") \
	X(LIMIT_SECRET_TRIES, 10, "attempts", \
		"wrong secrets per app and address in a minute") \
	X(LIMIT_SECRET_TRIES_MS, 60000, "ms", \
		"the window in which wrong secrets are counted") \
	X(LIMIT_SECRET_PAIRS, 4096, "pairs", \
		"of app and address whose wrong secrets are counted") \
	/* calls, with --limits dingtalk */ \
	X(LIMIT_CALLS_S, 20, "calls", "of one kind by one app in a second") \
	X(LIMIT_CALLS_MONTH, 5000, "calls", \
		"of one corp in a calendar month, but for tokens and people") \
	X(LIMIT_CALLS_KEPT, 4096, "counters", "of apps' calls, and as many of corps") \
	/* options */ \
	X(LIMIT_CONFIG, 65536, "bytes", "the configuration file") \
	X(LIMIT_LISTENERS, 16, "listeners", "of one kind: --listen, --tls-listen") \
	X(LIMIT_WORLD_FILES, 64, "files", "--world") \
	X(LIMIT_IO_THREADS, 64, "threads", "--io-threads") \
	X(LIMIT_CACHE_MB, 65536, "MB", "--cache-mb") \
	X(LIMIT_FINDINGS, 1000, "findings", \
		"listed by `qund verify`; the rest are counted") \
	X(LIMIT_ADMIN_TOKEN_MIN, 8, "bytes", "the shortest admin token") \
	X(LIMIT_ADMIN_TOKEN, 256, "bytes", "the longest admin token")

enum limit {
#define X(name, value, unit, meaning) name = (value),
	LIMITS(X)
#undef X
};

#endif
