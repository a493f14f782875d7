/* SPDX-License-Identifier: Apache-2.0 */
#include "api/reference_words.h"

/* clang-format off */
const char *const reference_words[][LANGUAGES] = {
	[W_COLON] = { ": ", "：" },
	[W_COMMA] = { ", ", "、" },
	[W_PERIOD] = { ".", "。" },

	/* ---- api.md ---- */
	[W_API_TITLE] = { "API reference", "接口参考" },
	[W_API_MADE] = {
		"Made from the tables in `src/` by `make docs`; [中文](api.zh-CN.md).",
		"由 `make docs` 根据 `src/` 中的表生成；[English](api.md)。",
	},
	[W_API_INTRO] = {
		"Qun answers all of these on one address. Paths, keys, codes and texts are "
		"DingTalk's, so its official SDKs work unchanged; the calls under `/_qun/` are "
		"Qun's own.\n\n"
		"Every answer has the headers `x-acs-request-id` and `x-acs-trace-id`. With the "
		"first, [GetExplanation](#getexplanation) tells why a call was answered as it "
		"was; with the request header `x-qun-verbose: 1` the answer itself does. "
		"[rules.md](rules.md) has every rule, [openapi.json](openapi.json) the same "
		"calls for programs.",
		"以下接口都在同一个地址上。路径、参数名、错误码与文案均与钉钉一致，官方 SDK "
		"无需修改即可使用；`/_qun/` 下是 Qun 自身的接口。\n\n"
		"每个应答都带有 `x-acs-request-id` 与 `x-acs-trace-id` 头。凭前者可用 "
		"[GetExplanation](#getexplanation) 查询应答的原因；带上请求头 "
		"`x-qun-verbose: 1`，应答中会直接说明。全部规则见 "
		"[rules.zh-CN.md](rules.zh-CN.md)，供程序使用的版本见 [openapi.json](openapi.json)。",
	},
	[W_PERMISSION] = { "permission point", "权限点" },
	[W_NO_TOKEN] = { "no token", "无需 token" },
	[W_RULES_LINK] = { "rules", "规则" },
	[W_BODY] = { "Request body (JSON)", "请求体（JSON）" },
	[W_PARAMETERS] = { "Parameters (query, form or JSON)", "参数（查询串、表单或 JSON）" },
	[W_PARTS] = { "Parameters (query or multipart)", "参数（查询串或 multipart）" },
	[W_QUERY] = { "Query", "查询参数" },
	[W_WORLD] = { "Request body (JSON), a world", "请求体（JSON），即一个 world" },
	[W_FILE] = {
		"The file is the part `media` of a multipart/form-data body.",
		"文件放在 multipart/form-data 请求体的 `media` 部分。",
	},
	[W_REPLY] = { "Reply", "应答" },
	[W_REPLY_LIST] = { "Reply, a list of", "应答为列表，每项为" },
	[W_REPLY_WORLD] = {
		"Reply: the world, with the ids, secrets and tokens that were left out filled in.",
		"应答：同样的 world，并补全未填的 id、密钥与 token。",
	},
	[W_REPLY_AS] = { "Reply: what %s gives.\n\n", "应答同 %s。\n\n" },
	[W_REPLY_LIST_AS] = {
		"Reply: a list of what %s gives.\n\n",
		"应答为列表，每项同 %s 的应答。\n\n",
	},
	[W_ERRORS] = { "Errors", "错误" },

	/* ---- rules.md ---- */
	[W_RULES_TITLE] = { "Rules", "规则参考" },
	[W_RULES_MADE] = {
		"Made from the tables in `src/` by `make docs`; [中文](rules.zh-CN.md).",
		"由 `make docs` 根据 `src/` 中的表生成；[English](rules.md)。",
	},
	[W_RULES_INTRO] = {
		"A call passes its rules from top to bottom, and the first that does not hold "
		"answers it: a refused call has changed nothing. Explanations "
		"(`GET /_qun/requests/{requestid}`), the request header `x-qun-verbose: 1` and "
		"the option `--hints` name a rule as the first column does.",
		"每次调用自上而下检查规则，由第一条不满足的规则作答；被拒绝的调用不会改变任何数据。"
		"解释（`GET /_qun/requests/{requestid}`）、请求头 `x-qun-verbose: 1` 与选项 "
		"`--hints` 都以第一列的名称指明规则。",
	},
	[W_GATE] = { "Every call", "所有接口" },
	[W_GATE_NOTE] = {
		"The old API answers these with HTTP status 200 and the errcode; its `/topapi` "
		"calls with errcode 88, and the number below as `sub_code`.",
		"旧版接口以 HTTP 状态码 200 及下表的 errcode 作答；其中 `/topapi` 接口的 errcode 为 "
		"88，下表的数字为 `sub_code`。",
	},
	[W_GATE_FIRST] = { "First", "先检查" },
	[W_GATE_ONLY] = { "Only rules of every call", "只有所有接口共有的规则" },
	[W_ERRCODE_NOTE] = {
		"The answer has HTTP status 200 and this errcode.",
		"应答的 HTTP 状态码为 200，errcode 如下。",
	},
	[W_NO_RULE] = { "Not by a rule", "规则之外" },
	[W_NO_RULE_INTRO] = {
		"Every call may be answered so. If the connection is closed without an answer, "
		"the outcome is not known; repeating the request is harmless then, too. The old "
		"API has errcode -1 for both, unless the call says otherwise below.",
		"任何接口都可能这样作答。若连接未得到应答就被关闭，则结果未知，同样可以放心重试。"
		"旧版接口两者的 errcode 都是 -1，下文另有说明的除外。",
	},
	[W_BUSY] = { "too much work is waiting", "等待处理的请求过多" },
	[W_BUSY_HINT] = {
		"nothing happened: repeat the request after as many seconds as the header "
		"Retry-After says",
		"没有任何改变：请按 Retry-After 头给出的秒数等待后重试",
	},
	[W_FAILED] = { "Qun failed", "Qun 自身出错" },
	[W_FAILED_HINT] = {
		"repeating the request is harmless; the server's log says what failed",
		"可以放心重试；原因见服务端日志",
	},
	[W_FAILED_AS] = { "If Qun fails", "Qun 自身出错时" },

	/* ---- the parts of both ---- */
	[W_NEW_TITLE] = { "The new API", "新版服务端 API" },
	[W_NEW_DOC] = {
		"On DingTalk's side `api.dingtalk.com`. The token is the header "
		"`x-acs-dingtalk-access-token`; bodies are JSON; a refusal has an HTTP status of "
		"400 or more. Against `qund --demo`:",
		"对应钉钉的 `api.dingtalk.com`。token 放在请求头 `x-acs-dingtalk-access-token` "
		"中；请求体为 JSON；被拒绝时 HTTP 状态码不小于 400。以 `qund --demo` 为例：",
	},
	[W_OLD_TITLE] = { "The old API", "旧版服务端 API" },
	[W_OLD_DOC] = {
		"On DingTalk's side `oapi.dingtalk.com`. The token is the parameter "
		"`access_token`, in the query, a form or a multipart body; the HTTP status is "
		"always 200, and `errcode` is 0 on success.",
		"对应钉钉的 `oapi.dingtalk.com`。token 为参数 `access_token`，可放在查询串、表单或 "
		"multipart 中；HTTP 状态码恒为 200，`errcode` 为 0 表示成功。",
	},
	[W_QUN_TITLE] = { "Qun's own calls", "Qun 自身的接口" },
	[W_QUN_DOC] = {
		"For operators and for tests. The token is that of `--admin-token`, or the one in "
		"the file `admin.token` of the data folder.",
		"供运维与测试使用。token 由 `--admin-token` 指定，或见数据目录中的 `admin.token` 文件。",
	},
};
/* clang-format on */
