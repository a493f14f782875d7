/* SPDX-License-Identifier: Apache-2.0 */
#include "server/option_table.h"

#include "base/limits.h"

#include <ctype.h>

#define OPTION_KIND(member) \
	_Generic(((struct options *)0)->member, bool \
		 : OPTION_FLAG, int64_t \
		 : OPTION_NUMBER, const char * \
		 : OPTION_TEXT, struct texts \
		 : OPTION_TEXTS, struct listeners \
		 : OPTION_LISTEN)
#define OPTION(member, text, ...) \
	{ \
		.name = text, .kind = OPTION_KIND(member), \
		.offset = offsetof(struct options, member), __VA_ARGS__ \
	}

static const char *const log_formats[] = { "text", "json", NULL };
static const char *const limit_sets[] = { "none", "dingtalk", NULL };
static const char *const languages[] = { "en", "zh", NULL };

enum {
	EVERY_COMMAND = (1u << COMMANDS) - 1,
	ON_BACKUP = 1u << COMMAND_BACKUP,
	ON_RESTORE = 1u << COMMAND_RESTORE,
	ON_READING = 1u << COMMAND_SERVE | 1u << COMMAND_BACKUP | 1u << COMMAND_VERIFY,
};

const struct command_row command_table[COMMANDS] = {
	[COMMAND_SERVE] = { "serve", "[--OPTION [VALUE]]...",
		"Serve; what is done without a command", "提供服务；不写命令时即为此" },
	[COMMAND_BACKUP] = { "backup", "--data DIR --to NEWDIR",
		"Copy the data into a new folder, beside a running server or not",
		"把数据备份到新目录；服务运行时也可以" },
	[COMMAND_RESTORE] = { "restore", "--from BACKUP --data NEWDIR",
		"Check a backup and make a data folder of it",
		"校验备份并由其生成数据目录" },
	[COMMAND_VERIFY] = { "verify", "--data DIR",
		"Check all data, or a backup; exit status 1 if anything is wrong",
		"校验全部数据或备份；发现问题时退出码为 1" },
};

const struct option option_table[] = {
	OPTION(config, "config", .arg = "FILE", .flags = OPTION_NOT_IN_FILE,
		.commands = EVERY_COMMAND,
		.doc = "Configuration file: lines of `key = value`, `#` starts a comment",
		.zh = "配置文件：每行一个 `键 = 值`，`#` 开头为注释"),
	OPTION(data, "data", .arg = "DIR", .commands = EVERY_COMMAND,
		.shown = "`./qun-data`, with --demo `./qun-demo`",
		.shown_zh = "`./qun-data`，使用 --demo 时为 `./qun-demo`",
		.doc = "Data folder; made with mode 0700 if it is not there",
		.zh = "数据目录；不存在时以 0700 权限创建"),
	OPTION(ephemeral, "ephemeral",
		.doc = "Keep the data in a temporary folder that is removed at exit",
		.zh = "数据放在临时目录中，退出时删除"),
	OPTION(to, "to", .arg = "NEWDIR", .flags = OPTION_COMMAND_LINE,
		.commands = ON_BACKUP,
		.doc = "Folder that `qund backup` makes; it must not be there yet",
		.zh = "`qund backup` 新建的目录；不能已经存在"),
	OPTION(from, "from", .arg = "BACKUP", .flags = OPTION_COMMAND_LINE,
		.commands = ON_RESTORE, .doc = "Folder that `qund backup` has made",
		.zh = "`qund backup` 生成的目录"),
	OPTION(store, "store", .arg = "URL", .commands = ON_READING,
		.shown = "SQLite in the data folder", .shown_zh = "数据目录中的 SQLite",
		.doc = "Database to use", .zh = "使用的数据库"),
	OPTION(listen, "listen", .arg = "HOST:PORT", .max = LIMIT_LISTENERS,
		.fallback = "127.0.0.1:7780",
		.doc = "Address for HTTP; repeatable; port 0 takes a free one, `none` "
		       "turns HTTP off",
		.zh = "HTTP 监听地址；可重复；端口 0 表示任选空闲端口，`none` 表示关闭 "
		      "HTTP"),
	OPTION(tls_listen, "tls-listen", .arg = "HOST:PORT", .max = LIMIT_LISTENERS,
		.doc = "Address for HTTPS; repeatable", .zh = "HTTPS 监听地址；可重复"),
	OPTION(tls_cert, "tls-cert", .arg = "FILE",
		.doc = "Certificate chain for HTTPS (PEM); read again on SIGHUP",
		.zh = "HTTPS 证书链（PEM）；收到 SIGHUP 时重新读取"),
	OPTION(tls_key, "tls-key", .arg = "FILE",
		.doc = "Private key of the certificate (PEM); read again on SIGHUP",
		.zh = "证书的私钥（PEM）；收到 SIGHUP 时重新读取"),
	OPTION(tls_self_signed, "tls-self-signed",
		.doc = "Make a CA and a certificate for localhost and DingTalk's hosts in "
		       "DIR/tls",
		.zh = "在 DIR/tls 中生成 CA，以及用于 localhost 和钉钉域名的证书"),
	OPTION(world, "world", .arg = "FILE", .max = LIMIT_WORLD_FILES,
		.doc = "World file whose corps, people, apps and groups are made where "
		       "absent; repeatable",
		.zh = "世界文件：其中尚不存在的企业、人员、应用和群会被创建；可重复"),
	OPTION(demo, "demo",
		.doc = "Load the built-in world of the documentation's example; loopback "
		       "only",
		.zh = "载入内置的示例世界（与文档示例一致）；只能监听本机回环地址"),
	OPTION(hints, "hints", .shown = "no, with --demo yes",
		.shown_zh = "no，使用 --demo 时为 yes",
		.doc = "Put the deciding rule and a hint into each error's `description`",
		.zh = "在每个错误的 `description` 中给出判定规则和提示"),
	OPTION(member_cap, "member-cap", .arg = "N", .min = 1, .max = LIMIT_MEMBER_CAP,
		.fallback = "1000", .doc = "Most members a group may have",
		.zh = "群成员数上限"),
	OPTION(limits, "limits", .arg = "none|dingtalk", .oneof = limit_sets,
		.fallback = "none",
		.doc = "Limits on calls: dingtalk has the platform's, 20 calls a second "
		       "per app and call and 5,000 a month per corp",
		.zh = "接口调用限制：dingtalk 与钉钉平台相同，每个应用每个接口每秒 20 次，"
		      "每个企业每月 5000 次"),
	OPTION(token_key, "token-key", .arg = "FILE", .shown = "`DIR/token.key`, made once",
		.shown_zh = "`DIR/token.key`，首次启动时生成",
		.doc = "The 32 bytes that access tokens are made with; processes on one "
		       "store must share them",
		.zh = "生成 access_token 所用的 32 字节密钥；共用同一数据库的进程必须相同"),
	OPTION(allow_fixed_tokens, "allow-fixed-tokens",
		.doc = "Accept worlds' fixed tokens although a listener is not on loopback",
		.zh = "即使监听了非回环地址，也接受世界文件中的固定 access_token"),
	OPTION(admin_token, "admin-token", .arg = "TOKEN", .flags = OPTION_SECRET,
		.min = LIMIT_ADMIN_TOKEN_MIN, .max = LIMIT_ADMIN_TOKEN,
		.shown = "made once, in `DIR/admin.token`",
		.shown_zh = "首次启动时生成，存于 `DIR/admin.token`",
		.doc = "Bearer token of /_qun/; better given as QUN_ADMIN_TOKEN, as `ps` "
		       "shows a command line",
		.zh = "/_qun/ 的 Bearer 令牌；命令行对 `ps` 可见，建议用 QUN_ADMIN_TOKEN "
		      "给出"),
	OPTION(admin_token_file, "admin-token-file", .arg = "FILE",
		.doc = "File that holds the bearer token of /_qun/",
		.zh = "存放 /_qun/ Bearer 令牌的文件"),
	OPTION(io_threads, "io-threads", .arg = "N", .min = 0, .max = LIMIT_IO_THREADS,
		.fallback = "0", .shown = "one for each core, at most 4",
		.shown_zh = "每核一个，最多 4 个", .doc = "Threads that serve connections",
		.zh = "处理连接的线程数"),
	OPTION(cache_mb, "cache-mb", .arg = "N", .min = 1, .max = LIMIT_CACHE_MB,
		.fallback = "32", .doc = "Megabytes of the database to keep in memory",
		.zh = "数据库在内存中的缓存（MB）"),
	OPTION(sandbox, "sandbox", .fallback = "yes",
		.doc = "Give up files other than its own and system calls that serving "
		       "does not need, as far as the kernel can",
		.zh = "在内核支持的范围内，放弃访问自身以外的文件和服务不需要的系统调用"),
	OPTION(log, "log", .arg = "text|json", .oneof = log_formats, .fallback = "text",
		.commands = EVERY_COMMAND, .doc = "Form of the lines on standard error",
		.zh = "标准错误上日志行的格式"),
	OPTION(check, "check", .flags = OPTION_COMMAND_LINE,
		.doc = "Check options, files and data as a start would, then exit",
		.zh = "像启动时一样检查选项、文件和数据，然后退出"),
	OPTION(version, "version", .flags = OPTION_COMMAND_LINE, .commands = EVERY_COMMAND,
		.doc = "Print the versions and exit", .zh = "显示版本并退出"),
	OPTION(help, "help", .flags = OPTION_COMMAND_LINE, .commands = EVERY_COMMAND,
		.doc = "Print this and exit", .zh = "显示本帮助并退出"),
	OPTION(print_reference, "print-options-reference", .arg = "en|zh",
		.oneof = languages, .flags = OPTION_COMMAND_LINE | OPTION_HIDDEN,
		.commands = EVERY_COMMAND, .doc = "Print the reference of options and exit",
		.zh = "显示选项参考并退出"),
	{ 0 },
};

bool command_find(const char *word, enum command *out)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(word, command_table[i].name) != 0)
			continue;
		*out = (enum command)i;
		return true;
	}
	return false;
}

bool option_is_for(const struct option *row, enum command command)
{
	unsigned commands = row->commands ? row->commands : 1u << COMMAND_SERVE;

	return commands >> command & 1;
}

const struct option *option_find(struct str name)
{
	for (const struct option *row = option_table; row->name; row++)
		if (str_is(name, row->name))
			return row;
	return NULL;
}

void option_env_name(const struct option *row, char *out, size_t size)
{
	(void)snprintf(out, size, "QUN_%s", row->name);
	for (char *p = out; *p; p++)
		*p = (char)(*p == '-' ? '_' : toupper((unsigned char)*p));
}

void givens_add(struct givens *g, const struct option *row, const char *value,
	const char *origin, int source)
{
	struct given *one = ARENA_NEW(g->arena, struct given);

	one->row = row;
	one->value = value;
	one->origin = origin;
	one->source = source;
	*g->end = one;
	g->end = &one->next;
}
